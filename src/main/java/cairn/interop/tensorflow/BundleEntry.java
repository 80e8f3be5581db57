package cairn.interop.tensorflow;

import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a tensor stands: {@code BundleEntryProto} of tensorflow/core/protobuf/tensor_bundle.proto.
 *
 * @param dtype number of {@code DataType} in tensorflow/core/framework/types.proto
 * @param shard number of the data file
 * @param offset of the first byte in that file
 * @param size in bytes
 * @param crc masked CRC-32C of these bytes
 * @param isSliced whether the tensor is cut in parts that stand under other keys
 */
record BundleEntry(int dtype, long[] shape, int shard, long offset, long size, int crc, boolean isSliced) {
    static final int STRING = 7;
    private static final int MOST_DIMENSIONS = 64;
    private static final Map<Integer, FileTensor.Type> TYPES = Map.ofEntries(
            Map.entry(1, FileTensor.Type.FLOAT32), Map.entry(2, FileTensor.Type.FLOAT64), Map.entry(3, FileTensor.Type.INT32),
            Map.entry(4, FileTensor.Type.UINT8), Map.entry(5, FileTensor.Type.INT16), Map.entry(6, FileTensor.Type.INT8),
            Map.entry(9, FileTensor.Type.INT64), Map.entry(10, FileTensor.Type.BOOL), Map.entry(14, FileTensor.Type.BFLOAT16),
            Map.entry(17, FileTensor.Type.UINT16), Map.entry(19, FileTensor.Type.FLOAT16), Map.entry(22, FileTensor.Type.UINT32));
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(STRING, "string"), Map.entry(8, "complex64"), Map.entry(11, "qint8"), Map.entry(12, "quint8"),
            Map.entry(13, "qint32"), Map.entry(15, "qint16"), Map.entry(16, "quint16"), Map.entry(18, "complex128"),
            Map.entry(20, "resource"), Map.entry(21, "variant"), Map.entry(23, "uint64"), Map.entry(24, "float8_e5m2"), Map.entry(25, "float8_e4m3fn"),
            Map.entry(29, "int4"), Map.entry(30, "uint4"));

    static BundleEntry read(String file, String key, ByteBuffer bytes) throws ForeignFileException {
        Message m = new Message(file, key, bytes);
        int dtype = 0;
        long[] shape = {};
        long shard = 0;
        long offset = 0;
        long size = 0;
        long crc = 0;
        boolean isSliced = false;
        for (int field = m.next(); field != 0; field = m.next()) {
            switch (field) {
                case 1 -> dtype = (int) m.number();
                case 2 -> shape = shape(file, key, m.message());
                case 3 -> shard = m.number();
                case 4 -> offset = m.number();
                case 5 -> size = m.number();
                case 6 -> crc = m.number();
                case 7 -> isSliced = true;
                default -> {
                    // A field of a later version.
                }
            }
        }
        if (shard < 0 || shard > Integer.MAX_VALUE || offset < 0 || size < 0 || offset + size < 0) {
            throw new ForeignFileException(file, key, "it claims " + size + " bytes from byte " + offset + " on of data file " + shard);
        }
        return new BundleEntry(dtype, shape, (int) shard, offset, size, (int) crc, isSliced);
    }

    /** {@code TensorShapeProto}: for each dimension a message with its size. */
    private static long[] shape(String file, String key, Message m) throws ForeignFileException {
        List<Long> sizes = new ArrayList<>();
        for (int field = m.next(); field != 0; field = m.next()) {
            if (field == 2) {
                Message dimension = m.message();
                long size = 0;
                for (int f = dimension.next(); f != 0; f = dimension.next()) {
                    size = f == 1 ? dimension.number() : size;
                }
                sizes.add(size);
            }
            if (sizes.size() > MOST_DIMENSIONS) {
                throw new ForeignFileException(file, key, "has more than " + MOST_DIMENSIONS + " dimensions");
            }
        }
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    /** Its type; empty if its elements cannot be read here. */
    Optional<FileTensor.Type> type() {
        return Optional.ofNullable(TYPES.get(dtype));
    }

    /** The name of its type, for messages. */
    String typeName() {
        return type().map(FileTensor.Type::label).orElseGet(() -> OTHERS.getOrDefault(dtype, "type " + dtype));
    }
}
