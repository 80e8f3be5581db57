package cairn.tensor.device;

import java.nio.ByteBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * The simulated GPU: the host's memory is treated as if Java could not see it, and everything is done as on a GPU, by counted copies and by
 * ND4J's own operations. So that code is tested on machines without a GPU.
 */
final class SimulatedDevice implements ArrayMemory {
    /** Bytes of a buffer: few, so that small vectors too are copied in several pieces. */
    private static final int PIECE = 1 << 12;

    private static final ThreadLocal<StagedCopy> COPIES = ThreadLocal.withInitial(LateCopy::new);

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        TransferCounters.read(StagedCopy.remaining(targets));
        COPIES.get().download(memory, from, targets);
    }

    @Override
    public void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        TransferCounters.written(StagedCopy.remaining(sources));
        COPIES.get().upload(sources, memory, from);
    }

    /** Copies as late as a bus may: when a thread waits for it. */
    private static final class LateCopy extends StagedCopy {
        private static final Runnable NOTHING = () -> { };

        private final ByteBuffer[] buffers;
        private Runnable begun = NOTHING;

        private LateCopy(ByteBuffer one, ByteBuffer other) {
            super(one, other);
            buffers = new ByteBuffer[] {one.duplicate(), other.duplicate()};
        }

        LateCopy() {
            this(ByteBuffer.allocate(PIECE), ByteBuffer.allocate(PIECE));
        }

        @Override
        void fetch(DataBuffer memory, long from, int buffer, int bytes) {
            begin(() -> buffers[buffer].clear().put(HostMemory.bytes(memory, from, bytes)));
        }

        @Override
        void send(int buffer, DataBuffer memory, long from, int bytes) {
            begin(() -> HostMemory.bytes(memory, from, bytes).put(buffers[buffer].clear().limit(bytes)));
        }

        private void begin(Runnable copy) {
            if (begun != NOTHING) {
                throw new IllegalStateException("a copy was begun while another one is running");
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
