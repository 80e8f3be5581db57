package cairn.tensor.device;

import java.nio.ByteBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * The processor in a card's part: its memory is treated as if Java could not see it, and everything goes the way that it goes on a
 * card, by copies that are counted and by ND4J's own operations. So that way can be tested where there is no card.
 */
final class SimulatedDevice implements ArrayMemory {
    /** Small, so that small vectors too travel in several. */
    private static final int PIECE = 1 << 12;

    private static final ThreadLocal<StagedCopy> LANES = ThreadLocal.withInitial(LateLane::new);

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        TransferCounters.read(StagedCopy.remaining(targets));
        LANES.get().download(memory, from, targets);
    }

    @Override
    public void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        TransferCounters.written(StagedCopy.remaining(sources));
        LANES.get().upload(sources, memory, from);
    }

    /** Copies as late as a bus may: when somebody waits for it. */
    private static final class LateLane extends StagedCopy {
        private static final Runnable NOTHING = () -> { };

        private final ByteBuffer[] rooms;
        private Runnable begun = NOTHING;

        private LateLane(ByteBuffer one, ByteBuffer other) {
            super(one, other);
            rooms = new ByteBuffer[] {one.duplicate(), other.duplicate()};
        }

        LateLane() {
            this(ByteBuffer.allocate(PIECE), ByteBuffer.allocate(PIECE));
        }

        @Override
        void fetch(DataBuffer memory, long from, int room, int bytes) {
            begin(() -> rooms[room].clear().put(HostMemory.bytes(memory, from, bytes)));
        }

        @Override
        void send(int room, DataBuffer memory, long from, int bytes) {
            begin(() -> HostMemory.bytes(memory, from, bytes).put(rooms[room].clear().limit(bytes)));
        }

        private void begin(Runnable copy) {
            if (begun != NOTHING) {
                throw new IllegalStateException("a copy is begun while another one travels");
            }
            begun = copy;
        }

        @Override
        void await() {
            Runnable copy = begun;
            begun = NOTHING;
            copy.run();
        }
    }
}
