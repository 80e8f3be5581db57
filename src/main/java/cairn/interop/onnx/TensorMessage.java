package cairn.interop.onnx;

import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.state.StateMemory;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@code TensorProto}: sizes, a type, and the numbers as raw bytes or in a list of one of five types. */
final class TensorMessage {
    private static final int MOST_DIMENSIONS = 64;

    private final Fields fields;
    private final List<Long> sizes = new ArrayList<>();
    private final List<Fields> raw = new ArrayList<>();
    private final String file;
    private String name = "";
    private int type;
    private boolean isOutside;
    private long listed;
    private ByteBuffer numbers = ByteBuffer.allocate(0);

    private TensorMessage(String file, Fields fields) {
        this.file = file;
        this.fields = fields;
    }

    /** @param tensor empty if its type has no numbers here */
    record Named(String name, String type, Optional<FileTensor> tensor) {
    }

    /**
     * Reads the tensor in {@code field}.
     *
     * @param again the same field, which is read a second time for the numbers
     */
    static Named read(String file, Fields field, Fields again) throws IOException {
        TensorMessage message = new TensorMessage(file, field);
        message.readHead();
        return message.tensor(again);
    }

    private void readHead() throws IOException {
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> {
                    if (fields.kind() == Fields.VARINT) {
                        sizes.add(fields.integer());
                    } else {
                        for (Fields all = fields.packed(); all.hasMore() && sizes.size() <= MOST_DIMENSIONS;) {
                            sizes.add(all.varint());
                        }
                    }
                    if (sizes.size() > MOST_DIMENSIONS) {
                        throw fields.problem("a tensor has more than " + MOST_DIMENSIONS + " dimensions");
                    }
                }
                case 2 -> type = (int) Math.max(-1, Math.min(fields.integer(), Short.MAX_VALUE));
                case 8 -> name = fields.text();
                case 9 -> raw.add(fields);
                case 4, 5, 7, 10, 11 -> listed = Math.addExact(listed, count());
                case 13 -> isOutside = true;
                case 14 -> isOutside |= fields.integer() != 0;
                default -> { }
            }
        }
    }

    /** How many numbers this field of a list holds. */
    private long count() throws IOException {
        if (fields.kind() != Fields.LENGTH) {
            return 1;
        }
        switch (fields.field()) {
            case 4:
                return fields.length() / Float.BYTES;
            case 10:
                return fields.length() / Double.BYTES;
            default:
                long count = 0;
                for (Fields all = fields.packed(); all.hasMore(); count++) {
                    all.varint();
                }
                return count;
        }
    }

    private Named tensor(Fields again) throws IOException {
        String where = "tensor " + name;
        if (isOutside) {
            throw new ForeignFileException(file, where, "its numbers are in another file, which is not opened because a file may name any",
                    "Save the model in one file: onnx.save(onnx.load(FILE), OTHER), or torch.onnx.export(..., external_data=False).");
        }
        Optional<FileTensor.Type> known = type(type);
        if (known.isEmpty()) {
            return new Named(name, "type " + type, Optional.empty());
        }
        FileTensor.Type dtype = known.get();
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        long size;
        try {
            size = Value.Tensor.bytesOf(dtype.own(), shape) / dtype.own().bytes();
        } catch (IllegalArgumentException e) {
            throw ForeignFileException.because(file, where, e);
        }
        if (raw.size() > 1 || !raw.isEmpty() && listed > 0) {
            throw new ForeignFileException(file, where, "has its numbers twice");
        }
        if (raw.isEmpty()) {
            if (listed != size) {
                throw new ForeignFileException(file, where, "has " + listed + " numbers; its shape takes " + size);
            }
            fill(again, dtype, size, where);
        } else {
            readRaw(again, dtype, size, where);
        }
        return new Named(name, dtype.label(), Optional.of(FileTensor.of(dtype, shape, numbers)));
    }

    private void readRaw(Fields again, FileTensor.Type dtype, long size, String where) throws IOException {
        while (again.next()) {
            if (again.field() == 9) {
                if (again.length() % dtype.bytes() != 0 || again.length() / dtype.bytes() != size) {
                    throw new ForeignFileException(file, where, "has " + again.length() + " bytes; its shape takes " + size
                            + " elements of " + dtype.label());
                }
                numbers = again.bytes(where);
            }
        }
    }

    /** Fills in {@code size} numbers, as many as there are. */
    private void fill(Fields again, FileTensor.Type dtype, long size, String where) throws IOException {
        if (size > Integer.MAX_VALUE / Long.BYTES) {
            throw new ForeignFileException(file, where, "has " + size + " numbers in a list; expected raw bytes for so many");
        }
        StateMemory.requireRoom("cannot read " + where + " of " + file, size * dtype.bytes(), 0);
        numbers = StateMemory.allocate((int) size * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (again.next()) {
            int list = again.field();
            if (list != 4 && list != 5 && list != 7 && list != 10 && list != 11) {
                continue;
            } else if (list != list(dtype)) {
                throw new ForeignFileException(file, where, "is of " + dtype.label() + ", and has its numbers in field " + list);
            } else if (again.kind() != Fields.LENGTH) {
                put(dtype, again.bits());
                continue;
            }
            for (Fields all = again.packed(); all.hasMore();) {
                put(dtype, list == 4 ? all.fixed(Float.BYTES) : list == 10 ? all.fixed(Double.BYTES) : all.varint());
            }
        }
        numbers.flip();
    }

    private void put(FileTensor.Type dtype, long bits) {
        switch (dtype.bytes()) {
            case 8 -> numbers.putLong(bits);
            case 4 -> numbers.putInt((int) bits);
            case 2 -> numbers.putShort((short) bits);
            default -> numbers.put((byte) bits);
        }
    }

    /** The field that lists the numbers of a type. */
    private static int list(FileTensor.Type dtype) {
        return switch (dtype) {
            case FLOAT32 -> 4;
            case FLOAT64 -> 10;
            case INT64 -> 7;
            case UINT32 -> 11;
            default -> 5;
        };
    }

    /** The type of this number in {@code TensorProto.DataType}, if there is one here. */
    static Optional<FileTensor.Type> type(int number) {
        return Optional.ofNullable(switch (number) {
            case 1 -> FileTensor.Type.FLOAT32;
            case 2 -> FileTensor.Type.UINT8;
            case 3 -> FileTensor.Type.INT8;
            case 4 -> FileTensor.Type.UINT16;
            case 5 -> FileTensor.Type.INT16;
            case 6 -> FileTensor.Type.INT32;
            case 7 -> FileTensor.Type.INT64;
            case 9 -> FileTensor.Type.BOOL;
            case 10 -> FileTensor.Type.FLOAT16;
            case 11 -> FileTensor.Type.FLOAT64;
            case 12 -> FileTensor.Type.UINT32;
            case 16 -> FileTensor.Type.BFLOAT16;
            default -> null;
        });
    }
}
