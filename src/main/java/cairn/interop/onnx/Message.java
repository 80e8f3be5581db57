package cairn.interop.onnx;

import cairn.disk.Disk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message that is being made: fields in the order in which they are added, each its number and kind and then its content
 * (protobuf.dev, "Encoding"). The bytes of tensors are not copied.
 */
final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final List<ByteBuffer> pieces = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private long closed;

    /** How many bytes it takes. */
    long size() {
        return closed + open.size();
    }

    Message integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    Message real(int field, float value) {
        tag(field, FIXED32);
        open.writeBytes(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
        return this;
    }

    Message text(int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        tag(field, LENGTH);
        varint(bytes.length);
        open.writeBytes(bytes);
        return this;
    }

    Message bytes(int field, ByteBuffer value) {
        tag(field, LENGTH);
        varint(value.remaining());
        piece(value);
        return this;
    }

    Message message(int field, Message value) {
        value.close();
        tag(field, LENGTH);
        varint(value.closed);
        value.pieces.forEach(this::piece);
        return this;
    }

    void write(Disk.Output out) throws IOException {
        close();
        for (ByteBuffer piece : pieces) {
            out.write(piece.duplicate());
        }
    }

    private void tag(int field, int kind) {
        varint((long) field << 3 | kind);
    }

    /** Seven bits a byte, the lowest first; the highest bit says that another byte follows. */
    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            open.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        open.write((int) rest);
    }

    /** Small pieces are put together, so that the disk gets few. */
    private void piece(ByteBuffer bytes) {
        if (bytes.remaining() < 1 << 12) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            open.writeBytes(copy);
            return;
        }
        close();
        pieces.add(bytes.duplicate());
        closed += bytes.remaining();
    }

    private void close() {
        if (open.size() > 0) {
            pieces.add(ByteBuffer.wrap(open.toByteArray()));
            closed += open.size();
            open.reset();
        }
    }
}
