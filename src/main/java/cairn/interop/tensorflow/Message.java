package cairn.interop.tensorflow;

import cairn.interop.file.ForeignFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The fields of one protobuf message, one after the other (https://protobuf.dev/programming-guides/encoding). A message within it is
 * another object of this class, so the depth is that of the code that reads it, never that of the file.
 */
final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final String file;
    private final String where;
    private final ByteBuffer bytes;
    private int wireType;
    private ByteBuffer content = ByteBuffer.allocate(0);
    private long number;

    /**
     * @param file its name, for messages
     * @param where what is read, for messages
     * @param bytes from the position to the limit
     */
    Message(String file, String where, ByteBuffer bytes) {
        this.file = file;
        this.where = where;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The number of the next field, whose value is read then; 0 at the end. */
    int next() throws ForeignFileException {
        if (!bytes.hasRemaining()) {
            return 0;
        }
        long key = varint(bytes, file, where);
        long field = key >>> 3;
        wireType = (int) key & 7;
        if (field == 0 || field > Integer.MAX_VALUE) {
            throw problem("a field has the number " + field);
        }
        switch (wireType) {
            case VARINT -> number = varint(bytes, file, where);
            case FIXED64 -> number = require(Long.BYTES).getLong();
            case FIXED32 -> number = require(Integer.BYTES).getInt();
            case BYTES -> {
                long length = varint(bytes, file, where);
                if (length < 0 || length > bytes.remaining()) {
                    throw problem("field " + field + " claims " + length + " bytes, and " + bytes.remaining() + " follow");
                }
                content = bytes.slice(bytes.position(), (int) length);
                bytes.position(bytes.position() + (int) length);
            }
            default -> throw problem("field " + field + " has the wire type " + wireType);
        }
        return (int) field;
    }

    /** The value of the field, which must be a whole number. */
    long number() throws ForeignFileException {
        if (wireType == BYTES) {
            throw problem("a text stands where a number is expected");
        }
        return number;
    }

    /** The value of the field, as a message within this one. */
    Message message() throws ForeignFileException {
        return new Message(file, where, content());
    }

    String text() throws ForeignFileException {
        return StandardCharsets.UTF_8.decode(content().duplicate()).toString();
    }

    private ByteBuffer content() throws ForeignFileException {
        if (wireType != BYTES) {
            throw problem("a number stands where a text or a message is expected");
        }
        return content;
    }

    private ByteBuffer require(int count) throws ForeignFileException {
        if (bytes.remaining() < count) {
            throw problem("it ends within a number");
        }
        return bytes;
    }

    private ForeignFileException problem(String problem) {
        return new ForeignFileException(file, where, problem);
    }

    /** A number of 64 bits, seven of them in each byte, the lowest first; the highest bit of a byte says whether another one follows. */
    static long varint(ByteBuffer bytes, String file, String where) throws ForeignFileException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new ForeignFileException(file, where, "it ends within a number");
            }
            int b = bytes.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ForeignFileException(file, where, "a number takes more than ten bytes");
    }
}
