package cairn.tensor.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.state.Ephemeral;
import java.nio.ByteBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * A copy between Java's memory and a device's, one at a time. It goes in pieces through two buffers: while one piece travels, the piece
 * before it is taken out of its buffer, or the next one is put into the other buffer.
 */
abstract class StagedCopy {
    @Ephemeral(value = "filled before they are read", kind = SCRATCH)
    private final ByteBuffer[] buffers;

    /** With two buffers of one size. */
    StagedCopy(ByteBuffer one, ByteBuffer other) {
        buffers = new ByteBuffer[] {one, other};
    }

    /** Begins to copy {@code bytes} bytes of {@code memory}, from {@code from} on, into buffer {@code buffer}. */
    abstract void fetch(DataBuffer memory, long from, int buffer, int bytes);

    /** Begins to copy {@code bytes} bytes of buffer {@code buffer} over those of {@code memory} from {@code from} on. */
    abstract void send(int buffer, DataBuffer memory, long from, int bytes);

    /** Waits for the copy that was begun. */
    abstract void await();

    final void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        long left = remaining(targets);
        long at = from;
        int travelling = piece(left);
        if (travelling > 0) {
            fetch(memory, at, 0, travelling);
        }
        for (int buffer = 0; travelling > 0; buffer = 1 - buffer) {
            await();
            at += travelling;
            left -= travelling;
            int next = piece(left);
            if (next > 0) {
                fetch(memory, at, 1 - buffer, next);
            }
            ByteBuffer arrived = buffers[buffer].clear().limit(travelling);
            for (ByteBuffer target : targets) {
                move(arrived, target);
            }
            travelling = next;
        }
    }

    final void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        long at = from;
        int filled = fill(0, sources);
        for (int buffer = 0; filled > 0; buffer = 1 - buffer) {
            send(buffer, memory, at, filled);
            at += filled;
            int next = fill(1 - buffer, sources);
            await();
            filled = next;
        }
    }

    static long remaining(List<ByteBuffer> buffers) {
        long sum = 0;
        for (ByteBuffer b : buffers) {
            sum += b.remaining();
        }
        return sum;
    }

    private int piece(long left) {
        return (int) Math.min(buffers[0].capacity(), left);
    }

    private int fill(int buffer, List<ByteBuffer> sources) {
        ByteBuffer into = buffers[buffer].clear();
        for (ByteBuffer source : sources) {
            move(source, into);
        }
        return into.position();
    }

    /** Copies as many bytes as {@code from} has and {@code to} can take. */
    private static void move(ByteBuffer from, ByteBuffer to) {
        int n = Math.min(from.remaining(), to.remaining());
        to.put(from.slice(from.position(), n));
        from.position(from.position() + n);
    }
}
