package cairn.interop.file;

import cairn.state.ElementType;
import cairn.state.StateMemory;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A tensor of another program's file, row-major.
 *
 * @param dtype the element type in the file
 * @param value the numbers; exactly those of the file
 */
public record FileTensor(Type dtype, Value.Tensor value) {

    /** An element type of a file, and the type that holds all its numbers here. */
    public enum Type {
        FLOAT64("float64", 8, ElementType.F64), FLOAT32("float32", 4, ElementType.F32), FLOAT16("float16", 2, ElementType.F32),
        BFLOAT16("bfloat16", 2, ElementType.F32), INT64("int64", 8, ElementType.I64), INT32("int32", 4, ElementType.I32),
        INT16("int16", 2, ElementType.I32), INT8("int8", 1, ElementType.I32), UINT8("uint8", 1, ElementType.U8),
        UINT16("uint16", 2, ElementType.I32), UINT32("uint32", 4, ElementType.I64), BOOL("bool", 1, ElementType.U8);

        private final String label;
        private final int bytes;
        private final ElementType own;

        Type(String label, int bytes, ElementType own) {
            this.label = label;
            this.bytes = bytes;
            this.own = own;
        }

        /** Its name in NumPy and PyTorch. */
        public String label() {
            return label;
        }

        /** Size of one element in the file. */
        public int bytes() {
            return bytes;
        }

        /** The type here. */
        public ElementType own() {
            return own;
        }

        /** Whether the numbers take more bytes here than in the file. */
        public boolean widens() {
            return own.bytes() > bytes;
        }
    }

    /**
     * The tensor of this type and shape whose elements stand in {@code bytes}, little-endian, from its position to its limit. The bytes
     * belong to the tensor then.
     *
     * @throws IllegalArgumentException if the shape does not fit the bytes
     */
    public static FileTensor of(Type dtype, long[] shape, ByteBuffer bytes) {
        if (!dtype.widens()) {
            return new FileTensor(dtype, new Value.Tensor(dtype.own(), shape, bytes));
        }
        long size = Value.Tensor.bytesOf(dtype.own(), shape) / dtype.own().bytes();
        if (size * dtype.bytes() != bytes.remaining()) {
            throw new IllegalArgumentException("a tensor of " + size + " elements of " + dtype.label() + " takes " + size * dtype.bytes()
                    + " bytes, not " + bytes.remaining());
        }
        ByteBuffer from = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = StateMemory.allocate(Math.toIntExact(size * dtype.own().bytes())).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            switch (dtype) {
                case FLOAT16 -> to.putFloat(half(from.getShort()));
                case BFLOAT16 -> to.putInt(from.getShort() << 16);
                case INT16 -> to.putInt(from.getShort());
                case INT8 -> to.putInt(from.get());
                case UINT16 -> to.putInt(from.getShort() & 0xffff);
                case UINT32 -> to.putLong(from.getInt() & 0xffffffffL);
                default -> throw new IllegalStateException(dtype + " is not widened");
            }
        }
        return new FileTensor(dtype, new Value.Tensor(dtype.own(), shape, to.flip()));
    }

    /** The number that 16 bits stand for (IEEE 754 binary16). */
    static float half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.intBitsToFloat(0x7f800000 | fraction << 13);
            default -> (1 + fraction * 0x1p-10f) * Math.scalb(1f, exponent - 15);
        };
        return bits < 0 ? -magnitude : magnitude;
    }

    public long[] shape() {
        return value.shape();
    }

    /** What a reader has to say of the types of its tensors: which were widened, one note for each type. */
    public static List<String> notes(Map<String, FileTensor> tensors) {
        Map<Type, Long> counts = new EnumMap<>(Type.class);
        tensors.values().stream().filter(t -> t.dtype.widens()).forEach(t -> counts.merge(t.dtype, 1L, Long::sum));
        return counts.entrySet().stream().map(e -> e.getValue() + (e.getValue() == 1 ? " tensor is " : " tensors are ") + e.getKey().label()
                + " in the file and " + e.getKey().own().label() + " here, with the same numbers").toList();
    }

    /** Such as {@code float32[3,4]}. */
    public String describe() {
        return dtype.label() + value.describe().substring(value.type().label().length());
    }
}
