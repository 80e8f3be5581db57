package cairn.state;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory into which a component is captured again and again: after the first capture no memory is allocated, so a capture costs what
 * copying its bytes costs. One capture at a time.
 */
public final class CaptureBuffers {
    private final Map<String, ByteBuffer> buffers = new HashMap<>();

    /** A capture of {@code part}. It is valid until the next capture into the same buffers, and may be read by any thread. */
    public State capture(Snapshottable part) {
        return new State(Walk.capture(part, this::buffer));
    }

    /** How much memory is held. */
    public long bytes() {
        return buffers.values().stream().mapToLong(ByteBuffer::capacity).sum();
    }

    private ByteBuffer buffer(String path, int bytes) {
        ByteBuffer buffer = buffers.get(path);
        if (buffer == null || buffer.capacity() != bytes) {
            buffer = StateMemory.allocate(bytes);
            buffers.put(path, buffer);
        }
        return buffer.duplicate();
    }
}
