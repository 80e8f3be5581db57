package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.device.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Loops in Java over float arrays that lie in the host's memory: one pass for a whole formula, where ND4J would need several, or computes
 * one element at a time, such as a square root. A block of each array is copied into a Java array, whose loop the compiler of the JVM
 * turns into vector instructions (it does not do so for memory off the heap), and what was computed is copied back; a block stays in the
 * first-level cache.
 *
 * <p>A loop must compute each element by itself. Then neither the blocks nor the number of threads change a bit; and since Java's
 * arithmetic is strict (JEP 306), nor does the machine. To be fast it is a static method with one counted loop over the arrays, which
 * reads an element of each before it writes any.
 */
public final class HostLoops {
    /** Elements of a block; the blocks of four arrays and their sources fit into 48 KiB. */
    static final int BLOCK = 1024;
    /** Elements that one buffer spans. */
    static final int WINDOW = 1 << 28;

    /** Computes on the first {@code n} elements of a block; {@code x[i]} holds those of the i-th array. */
    @FunctionalInterface
    public interface Loop {
        void run(float[][] x, int n);
    }

    /** As {@link Loop}, with the number that this run was given. */
    @FunctionalInterface
    public interface ScalarLoop {
        void run(float[][] x, int n, float number);
    }

    /** As {@link Loop}, with the two numbers that this run was given. */
    @FunctionalInterface
    public interface TwoScalarLoop {
        void run(float[][] x, int n, float first, float second);
    }

    /** A prepared operation that is given two numbers at each run. */
    @FunctionalInterface
    public interface TwoScalarOperation {
        void run(double first, double second);
    }

    /** As {@link Loop}, with the index of the block. */
    @FunctionalInterface
    interface BlockLoop {
        void run(float[][] x, int n, int block);
    }

    /** Kept because they own the memory of the windows. */
    @Ephemeral(value = "decided at wiring", kind = WIRING)
    private final Array[] arrays;
    @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
    private final FloatBuffer[][] windows;
    @Ephemeral(value = "decided at wiring", kind = WIRING)
    private final boolean[] isWritten;
    private final long size;
    private final HostThreads threads;
    @Ephemeral(value = "the work of all threads, set before each run", kind = SCRATCH)
    private BlockLoop loop;

    private HostLoops(Array[] arrays, int written) {
        this.arrays = arrays.clone();
        size = arrays[0].size();
        windows = new FloatBuffer[arrays.length][];
        isWritten = new boolean[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            windows[i] = windows(arrays[i]);
            isWritten[i] = i < written;
        }
        Part[] parts = new Part[HostThreads.count(size)];
        long blocks = (size + BLOCK - 1) / BLOCK;
        for (int p = 0; p < parts.length; p++) {
            parts[p] = new Part(blocks * p / parts.length * BLOCK, Math.min(size, blocks * (p + 1) / parts.length * BLOCK),
                    this.arrays.length);
        }
        threads = new HostThreads(parts);
    }

    /** Whether loops over {@code array} are possible: it holds floats, in the host's memory. Otherwise ND4J does the work. */
    public static boolean can(Array array) {
        return array.type() == ElementType.F32 && Device.IS_HOST;
    }

    /** Loops over {@code arrays} of one size, of which the first {@code written} are written too. */
    public static HostLoops over(int written, Array... arrays) {
        return new HostLoops(arrays, written);
    }

    /** Each run does {@code work} for every block. */
    public Operation operation(Loop work) {
        BlockLoop ofBlock = (x, n, block) -> work.run(x, n);
        return key -> run(ofBlock);
    }

    /** Each run does {@code work} for every block, with the number that it is given. */
    public ScalarOperation scalarOperation(ScalarLoop work) {
        Scalars loop = new Scalars((x, n, number, unused) -> work.run(x, n, number));
        return number -> run(loop.with((float) number, 0));
    }

    /** Each run does {@code work} for every block, with the two numbers that it is given. */
    public TwoScalarOperation operation(TwoScalarLoop work) {
        Scalars loop = new Scalars(work);
        return (first, second) -> run(loop.with((float) first, (float) second));
    }

    void run(BlockLoop work) {
        loop = work;
        threads.run();
    }

    /** Views of an array's memory, one after the other; each but the last consists of whole blocks. */
    static FloatBuffer[] windows(Array array) {
        return Arrays.stream(memory(array)).map(ByteBuffer::asFloatBuffer).toArray(FloatBuffer[]::new);
    }

    /** As {@link #windows}, as integers of the same bits. */
    static IntBuffer[] bits(Array array) {
        return Arrays.stream(memory(array)).map(ByteBuffer::asIntBuffer).toArray(IntBuffer[]::new);
    }

    private static ByteBuffer[] memory(Array array) {
        ByteBuffer[] all = new ByteBuffer[(int) ((array.size() + WINDOW - 1) / WINDOW)];
        for (int i = 0; i < all.length; i++) {
            long from = (long) i * WINDOW;
            all[i] = array.window(from * Float.BYTES, Math.min(WINDOW, array.size() - from) * Float.BYTES)
                    .order(ByteOrder.nativeOrder());
        }
        return all;
    }

    /** A loop with the numbers of a run, kept from run to run, so that a run leaves no garbage. */
    private static final class Scalars implements BlockLoop {
        private final TwoScalarLoop loop;
        @Ephemeral(value = "set before each run", kind = SCRATCH)
        private float first;
        @Ephemeral(value = "set before each run", kind = SCRATCH)
        private float second;

        Scalars(TwoScalarLoop loop) {
            this.loop = loop;
        }

        Scalars with(float newFirst, float newSecond) {
            first = newFirst;
            second = newSecond;
            return this;
        }

        @Override
        public void run(float[][] x, int n, int block) {
            loop.run(x, n, first, second);
        }
    }

    /** The part of one thread. */
    private final class Part implements Runnable {
        private final long from;
        private final long to;
        @Ephemeral(value = "copies of one block, filled before they are read", kind = SCRATCH)
        private final float[][] blocks;

        Part(long from, long to, int arrays) {
            this.from = from;
            this.to = to;
            this.blocks = new float[arrays][BLOCK];
        }

        @Override
        public void run() {
            for (long at = from; at < to; at += BLOCK) {
                int n = (int) Math.min(BLOCK, to - at);
                int window = (int) (at / WINDOW);
                int index = (int) (at % WINDOW);
                for (int i = 0; i < blocks.length; i++) {
                    windows[i][window].get(index, blocks[i], 0, n);
                }
                loop.run(blocks, n, (int) (at / BLOCK));
                for (int i = 0; i < blocks.length; i++) {
                    if (isWritten[i]) {
                        windows[i][window].put(index, blocks[i], 0, n);
                    }
                }
            }
        }
    }
}
