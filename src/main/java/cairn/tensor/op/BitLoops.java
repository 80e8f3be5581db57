package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.tensor.Array;
import java.nio.IntBuffer;

/**
 * As {@link HostLoops}, over the bits of floats as integers. Where a choice between two numbers depends on their signs or their order, the
 * compiler of the JVM makes vector instructions of integers, but not of floats.
 */
final class BitLoops {

    /** Computes on the first {@code n} elements of a block; {@code x[i]} holds those of the i-th array. */
    @FunctionalInterface
    interface Loop {
        void run(int[][] x, int n);
    }

    /** Kept because they own the memory of the windows. */
    @Ephemeral(value = "decided at wiring", kind = WIRING)
    private final Array[] arrays;
    @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
    private final IntBuffer[][] windows;
    private final int written;
    private final HostThreads threads;

    /**
     * Loops over {@code arrays} of one size, of which the first {@code written} are written too.
     *
     * @param loops one for each thread, at most {@link HostThreads#count}
     */
    BitLoops(int written, Loop[] loops, Array... arrays) {
        this.arrays = arrays.clone();
        this.written = written;
        long size = arrays[0].size();
        windows = new IntBuffer[arrays.length][];
        for (int i = 0; i < arrays.length; i++) {
            windows[i] = HostLoops.bits(arrays[i]);
        }
        long blocks = (size + HostLoops.BLOCK - 1) / HostLoops.BLOCK;
        Part[] parts = new Part[loops.length];
        for (int p = 0; p < parts.length; p++) {
            parts[p] = new Part(blocks * p / parts.length * HostLoops.BLOCK,
                    Math.min(size, blocks * (p + 1) / parts.length * HostLoops.BLOCK), loops[p]);
        }
        threads = new HostThreads(parts);
    }

    void run() {
        threads.run();
    }

    private final class Part implements Runnable {
        private final long from;
        private final long to;
        private final Loop loop;
        @Ephemeral(value = "copies of one block, filled before they are read", kind = SCRATCH)
        private final int[][] blocks;

        Part(long from, long to, Loop loop) {
            this.from = from;
            this.to = to;
            this.loop = loop;
            this.blocks = new int[arrays.length][HostLoops.BLOCK];
        }

        @Override
        public void run() {
            for (long at = from; at < to; at += HostLoops.BLOCK) {
                int n = (int) Math.min(HostLoops.BLOCK, to - at);
                int window = (int) (at / HostLoops.WINDOW);
                int index = (int) (at % HostLoops.WINDOW);
                for (int i = 0; i < blocks.length; i++) {
                    windows[i][window].get(index, blocks[i], 0, n);
                }
                loop.run(blocks, n);
                for (int i = 0; i < written; i++) {
                    windows[i][window].put(index, blocks[i], 0, n);
                }
            }
        }
    }
}
