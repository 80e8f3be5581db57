package cairn.interop.keras;

import cairn.interop.file.FileTensor;
import cairn.interop.file.FileTensor.Type;
import cairn.interop.file.ForeignFileException;
import cairn.state.StateMemory;
import io.jhdf.AbstractNode;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.CompactDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.OrderedDataType;
import io.jhdf.object.message.FilterPipelineMessage;
import io.jhdf.object.message.FilterPipelineMessage.FilterInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * An array of an HDF5 file: whole at one place, or cut in chunks that can be packed by gzip and shuffle. Its size is checked before memory
 * is taken.
 *
 * @param address where it stands, if it is whole
 */
record HdfArray(String file, String path, Dataset array, Type type, boolean isBigEndian, long[] shape, long bytes, long address) {
    /** More than deflate can reach, so a file of a few bytes cannot claim to hold gigabytes. */
    private static final int MOST_RATIO = 1100;
    private static final int SMALL = 16 << 20;
    /** Chunks at the edges reach beyond the array, in each dimension by less than its size. */
    private static final int MOST_MARGIN = 64;
    private static final int DEFLATE = 1;
    private static final int SHUFFLE = 2;

    static HdfArray of(Dataset array, String file, String path, long fileSize) throws ForeignFileException {
        DataType kind = array.getDataType();
        Type type = type(kind, file, path);
        long[] shape = array.getDimensionsAsLong();
        long bytes = type.bytes();
        for (long size : shape) {
            bytes = size < 0 ? -1 : Math.multiplyExact(bytes, size);
        }
        if (bytes < 0 || bytes > Integer.MAX_VALUE - 8 || bytes > MOST_RATIO * (fileSize + 16)) {
            throw new ForeignFileException(file, path, "claims to have the shape " + Arrays.toString(shape) + " of " + type.label()
                    + "; the file has " + fileSize + " bytes, and one tensor may have up to 2 GiB");
        }
        boolean isBigEndian = type.bytes() > 1 && kind instanceof OrderedDataType ordered && ordered.getByteOrder() == ByteOrder.BIG_ENDIAN;
        return new HdfArray(file, path, array, type, isBigEndian, shape, bytes,
                array instanceof ContiguousDataset whole ? whole.getDataAddress() : 0);
    }

    private static Type type(DataType kind, String file, String path) throws ForeignFileException {
        if (kind instanceof FloatingPoint real) {
            if (real.getSize() == 8) {
                return Type.FLOAT64;
            } else if (real.getSize() == 4 && real.getExponentSize() == 8) {
                return Type.FLOAT32;
            } else if (real.getSize() == 2) {
                return real.getExponentSize() == 8 ? Type.BFLOAT16 : Type.FLOAT16;
            }
        } else if (kind instanceof FixedPoint whole) {
            switch (whole.getSize()) {
                case 1:
                    return whole.isSigned() ? Type.INT8 : Type.UINT8;
                case 2:
                    return whole.isSigned() ? Type.INT16 : Type.UINT16;
                case 4:
                    return whole.isSigned() ? Type.INT32 : Type.UINT32;
                case 8:
                    return Type.INT64;
                default:
            }
        } else if (kind instanceof EnumDataType && kind.getSize() == 1) {
            return Type.BOOL;
        } else if (kind instanceof OpaqueDataType && kind.getSize() == 2) {
            return Type.BFLOAT16; // Keras writes bfloat16 as two bytes without a meaning.
        }
        throw new ForeignFileException(file, path, "has elements of kind " + kind.getClass().getSimpleName() + " of " + kind.getSize()
                + " bytes; expected numbers");
    }

    /** Whether its numbers stand at one place of the file. */
    boolean isWhole() {
        return array instanceof ContiguousDataset && bytes > 0;
    }

    /** Its numbers in memory, if they do not stand at one place of the file. */
    ByteBuffer unpacked() throws IOException {
        if (bytes == 0) {
            return ByteBuffer.allocate(0);
        } else if (array instanceof CompactDataset compact) {
            return compact.getDataBuffer();
        } else if (array instanceof ChunkedDataset chunked) {
            return joined(chunked);
        }
        throw problem("is stored in a way that is not known here");
    }

    FileTensor tensor(ByteBuffer numbers) throws ForeignFileException {
        if (numbers.remaining() != bytes) {
            throw problem("expected " + bytes + " bytes, found " + numbers.remaining());
        }
        return FileTensor.of(type, shape, isBigEndian ? reversed(numbers) : numbers);
    }

    private ByteBuffer reversed(ByteBuffer numbers) {
        int width = type.bytes();
        ByteBuffer from = numbers.slice();
        ByteBuffer to = StateMemory.allocate((int) bytes);
        for (int i = 0; i < bytes; i++) {
            to.put(i, from.get(i - i % width + width - 1 - i % width));
        }
        return to;
    }

    private ByteBuffer joined(ChunkedDataset chunked) throws IOException {
        int[] chunk = chunked.getChunkDimensions();
        int rank = shape.length;
        long chunkBytes = type.bytes();
        long count = 1;
        for (int i = 0; i < chunk.length; i++) {
            chunkBytes = chunk[i] < 1 ? -1 : Math.multiplyExact(chunkBytes, chunk[i]);
            count = chunkBytes < 1 || i >= rank ? -1 : Math.multiplyExact(count, (shape[i] - 1) / chunk[i] + 1);
        }
        if (chunk.length != rank || chunkBytes < 1 || Math.multiplyExact(count, chunkBytes) > Math.max(SMALL, MOST_MARGIN * bytes)
                || chunkBytes > Integer.MAX_VALUE - 8) {
            throw problem("is cut in chunks of the shape " + Arrays.toString(chunk) + " of its shape " + Arrays.toString(shape));
        }
        List<FilterInfo> filters = filters(chunked);
        StateMemory.requireRoom("cannot read " + path + " of " + file, bytes, 0);
        ByteBuffer all = StateMemory.allocate((int) bytes);
        int[] at = new int[rank];
        int axis = rank - 1;
        while (axis >= 0) {
            ByteBuffer packed = chunked.getRawChunkBuffer(at);
            byte[] raw = new byte[packed.remaining()];
            packed.get(raw);
            place(unfiltered(raw, filters, (int) chunkBytes), chunk, at, all);
            for (axis = rank - 1; axis >= 0; axis--) {
                at[axis] += chunk[axis];
                if (at[axis] < shape[axis]) {
                    break;
                }
                at[axis] = 0;
            }
        }
        return all;
    }

    private List<FilterInfo> filters(ChunkedDataset chunked) throws ForeignFileException {
        List<FilterPipelineMessage> messages = ((AbstractNode) chunked).getHeader().getMessagesOfType(FilterPipelineMessage.class);
        List<FilterInfo> filters = messages.isEmpty() ? List.of() : messages.get(0).getFilters();
        for (FilterInfo filter : filters) {
            if (filter.getId() != DEFLATE && filter.getId() != SHUFFLE) {
                throw problem("is packed by filter " + filter.getId() + " " + filter.getName() + "; expected none, gzip or shuffle");
            }
        }
        if (filters.size() > 2) {
            throw problem("is packed by " + filters.size() + " filters; expected at most gzip and shuffle");
        }
        return filters;
    }

    private byte[] unfiltered(byte[] packed, List<FilterInfo> filters, int size) throws ForeignFileException {
        byte[] bytes = packed;
        for (int i = filters.size() - 1; i >= 0; i--) {
            bytes = filters.get(i).getId() == DEFLATE ? inflated(bytes, size) : unshuffled(bytes, type.bytes());
        }
        if (bytes.length != size) {
            throw problem("a chunk has " + bytes.length + " bytes; expected " + size);
        }
        return bytes;
    }

    private byte[] inflated(byte[] packed, int size) throws ForeignFileException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            byte[] bytes = new byte[size];
            int n = 0;
            while (n < size && !inflater.finished() && !inflater.needsInput() && !inflater.needsDictionary()) {
                n += inflater.inflate(bytes, n, size - n);
            }
            if (n == size && (inflater.finished() || inflater.inflate(new byte[1]) == 0 && inflater.finished())) {
                return bytes;
            }
        } catch (DataFormatException e) {
            // Decided below.
        } finally {
            inflater.end();
        }
        // HDF5 leaves a chunk as it is if gzip would make it longer.
        if (packed.length == size) {
            return packed;
        }
        throw problem("a chunk is no gzip stream of " + size + " bytes");
    }

    /** Shuffled are first the first bytes of all numbers, then the second bytes, and so on. */
    private static byte[] unshuffled(byte[] shuffled, int width) {
        int count = shuffled.length / width;
        byte[] bytes = shuffled.clone();
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < width; b++) {
                bytes[i * width + b] = shuffled[b * count + i];
            }
        }
        return bytes;
    }

    /** Copies the rows of a chunk that lie within the array. */
    private void place(byte[] chunkBytes, int[] chunk, int[] at, ByteBuffer all) {
        int rank = shape.length;
        int width = type.bytes();
        int row = (int) Math.min(chunk[rank - 1], shape[rank - 1] - at[rank - 1]) * width;
        int rows = chunkBytes.length / (chunk[rank - 1] * width);
        for (int r = 0; r < rows; r++) {
            long to = 0;
            long stride = 1;
            int rest = r;
            boolean isWithin = true;
            for (int axis = rank - 1; axis >= 0; axis--) {
                long index = at[axis];
                if (axis < rank - 1) {
                    index += rest % chunk[axis];
                    rest /= chunk[axis];
                    isWithin &= index < shape[axis];
                }
                to += index * stride;
                stride *= shape[axis];
            }
            if (isWithin) {
                all.put((int) (to * width), chunkBytes, r * chunk[rank - 1] * width, row);
            }
        }
    }

    private ForeignFileException problem(String problem) {
        return new ForeignFileException(file, path, problem);
    }
}
