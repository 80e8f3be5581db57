package cairn.interop.onnx;

import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The fields of a protobuf message in a file, one after the other (protobuf.dev, "Encoding"). No field can reach beyond its message. A
 * message in a message is read only when it is asked for, so that depth costs nothing.
 */
final class Fields {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;
    /** Bytes of all texts of a file together. */
    private static final int MOST_TEXT = 1 << 26;

    private final Window window;
    private final String where;
    private final long end;
    private long at;
    private int field;
    private int kind;
    private long number;
    private long begin;

    private Fields(Window window, String where, long begin, long end) {
        this.window = window;
        this.where = where;
        this.at = begin;
        this.end = end;
    }

    static Fields of(FileBytes file, String where) {
        return new Fields(new Window(file), where, 0, file.size());
    }

    /** Moves to the next field; false at the end of the message. */
    boolean next() throws IOException {
        if (at >= end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        kind = (int) (tag & 7);
        if (tag >>> 32 != 0 || field == 0) {
            throw problem("expected the number of a field, found " + (tag >>> 3));
        }
        switch (kind) {
            case VARINT -> number = varint();
            case FIXED64 -> number = fixed(Long.BYTES);
            case FIXED32 -> number = fixed(Integer.BYTES);
            case LENGTH -> {
                number = varint();
                if (number < 0 || number > end - at) {
                    throw problem("field " + field + " claims " + number + " bytes, its message has " + (end - at) + " more");
                }
                begin = at;
                at += number;
            }
            default -> throw problem("field " + field + " is of the kind " + kind + ", which this format does not have");
        }
        return true;
    }

    int field() {
        return field;
    }

    int kind() {
        return kind;
    }

    /** The whole number of this field. */
    long integer() throws IOException {
        require(VARINT);
        return number;
    }

    float real() throws IOException {
        require(FIXED32);
        return Float.intBitsToFloat((int) number);
    }

    /** The bits of this field, which has a fixed size. */
    long bits() {
        return number;
    }

    /** Where the bytes of this field begin in the file. */
    long begin() {
        return begin;
    }

    /** How many bytes this field has. */
    long length() throws IOException {
        require(LENGTH);
        return number;
    }

    String text() throws IOException {
        require(LENGTH);
        window.texts += number;
        if (window.texts > MOST_TEXT) {
            throw problem("the texts up to field " + field + " have more than " + MOST_TEXT + " bytes");
        }
        byte[] bytes = new byte[(int) number];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) window.get(begin + i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    ByteBuffer bytes(String what) throws IOException {
        require(LENGTH);
        return window.file.read(begin, number, what);
    }

    /** The message that this field is. */
    Fields message(String name) throws IOException {
        require(LENGTH);
        return new Fields(window, name, begin, begin + number);
    }

    /** The numbers of this field one after the other, for {@link #varint()} and {@link #fixed}: a list whose numbers share one field. */
    Fields packed() throws IOException {
        return message(where);
    }

    boolean hasMore() {
        return at < end;
    }

    long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int b = oneByte();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw problem("a whole number has more than 10 bytes");
    }

    long fixed(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) oneByte() << 8 * i;
        }
        return value;
    }

    private int oneByte() throws IOException {
        if (at >= end) {
            throw problem("the message ends within a field");
        }
        return window.get(at++);
    }

    private void require(int expected) throws IOException {
        if (kind != expected) {
            throw problem("field " + field + " is of the kind " + kind + ", expected " + expected);
        }
    }

    ForeignFileException problem(String problem) {
        return new ForeignFileException(window.file.name(), where + ", byte " + at, problem);
    }

    /** A part of the file in memory, so that small reads are cheap. */
    private static final class Window {
        private static final int SIZE = 1 << 16;

        private final FileBytes file;
        private ByteBuffer part = ByteBuffer.allocate(0);
        private long from;
        private long texts;

        Window(FileBytes file) {
            this.file = file;
        }

        int get(long at) throws IOException {
            if (at < from || at >= from + part.limit()) {
                from = at;
                part = file.read(at, Math.min(SIZE, file.size() - at), "ONNX model");
            }
            return part.get((int) (at - from)) & 0xff;
        }
    }
}
