package cairn.tensor.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataBuffer;

/** The host's memory: Java sees the arrays themselves. */
final class HostMemory implements ArrayMemory {
    /** Bytes that one buffer spans; it could span a little less than twice as many. */
    private static final long WINDOW_BYTES = 1L << 30;

    @Override
    public boolean isHost() {
        return true;
    }

    @Override
    public void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        read(memory, from, targets);
    }

    @Override
    public void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        write(sources, memory, from);
    }

    static void read(DataBuffer memory, long from, List<ByteBuffer> targets) {
        long at = from;
        for (ByteBuffer target : targets) {
            while (target.hasRemaining()) {
                int n = (int) Math.min(WINDOW_BYTES, target.remaining());
                target.put(bytes(memory, at, n));
                at += n;
            }
        }
    }

    static void write(List<ByteBuffer> sources, DataBuffer memory, long from) {
        long at = from;
        for (ByteBuffer source : sources) {
            while (source.hasRemaining()) {
                int n = (int) Math.min(WINDOW_BYTES, source.remaining());
                bytes(memory, at, n).put(source.slice(source.position(), n));
                source.position(source.position() + n);
                at += n;
            }
        }
    }

    @Override
    public ByteBuffer window(DataBuffer memory, long from, long length) {
        return bytes(memory, from, length);
    }

    static ByteBuffer bytes(DataBuffer memory, long from, long length) {
        if (length == 0) {
            return ByteBuffer.allocate(0);
        }
        // The capacity has to be set first: a pointer made from another one keeps its count of elements, not of bytes. A buffer of Java's spans
        // 2 GiB from the address of its pointer, so the address itself has to be moved.
        BytePointer bytes = new BytePointer(memory.pointer()).capacity(from + length);
        return bytes.getPointer(from).limit(length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
