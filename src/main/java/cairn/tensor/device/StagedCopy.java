package cairn.tensor.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.state.Ephemeral;
import java.nio.ByteBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * A way between Java's memory and one apart from it, for one copy at a time. It goes in pieces through two rooms: while one piece travels,
 * the one before it is taken out of its room, or the next one put into the other.
 */
abstract class StagedCopy {
    @Ephemeral(value = "filled before they are read", kind = SCRATCH)
    private final ByteBuffer[] rooms;

    /** Two rooms of one size. */
    StagedCopy(ByteBuffer one, ByteBuffer other) {
        rooms = new ByteBuffer[] {one, other};
    }

    /** Begins to copy so many bytes of {@code memory}, from {@code from} on, into room {@code room}. */
    abstract void fetch(DataBuffer memory, long from, int room, int bytes);

    /** Begins to copy so many bytes of room {@code room} over those of {@code memory} from {@code from} on. */
    abstract void send(int room, DataBuffer memory, long from, int bytes);

    /** Waits for what was begun. */
    abstract void await();

    final void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        long left = remaining(targets);
        long at = from;
        int travelling = piece(left);
        if (travelling > 0) {
            fetch(memory, at, 0, travelling);
        }
        for (int room = 0; travelling > 0; room = 1 - room) {
            await();
            at += travelling;
            left -= travelling;
            int next = piece(left);
            if (next > 0) {
                fetch(memory, at, 1 - room, next);
            }
            ByteBuffer come = rooms[room].clear().limit(travelling);
            for (ByteBuffer target : targets) {
                move(come, target);
            }
            travelling = next;
        }
    }

    final void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        long at = from;
        int filled = fill(0, sources);
        for (int room = 0; filled > 0; room = 1 - room) {
            send(room, memory, at, filled);
            at += filled;
            int next = fill(1 - room, sources);
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
        return (int) Math.min(rooms[0].capacity(), left);
    }

    private int fill(int room, List<ByteBuffer> sources) {
        ByteBuffer into = rooms[room].clear();
        for (ByteBuffer source : sources) {
            move(source, into);
        }
        return into.position();
    }

    /** As much as there is, and as there is room for. */
    private static void move(ByteBuffer from, ByteBuffer to) {
        int n = Math.min(from.remaining(), to.remaining());
        to.put(from.slice(from.position(), n));
        from.position(from.position() + n);
    }
}
