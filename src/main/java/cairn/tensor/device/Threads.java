package cairn.tensor.device;

import org.nd4j.linalg.factory.Nd4j;

/**
 * How many threads compute. The number holds for the whole process. It changes how sums are cut, and so may change bits, in everything that
 * computes at the same time.
 */
public final class Threads {
    private Threads() {
    }

    /** The number of threads now. */
    public static int count() {
        ActiveBackend.made();
        return Nd4j.getEnvironment().maxMasterThreads();
    }

    /**
     * Runs {@code work} with {@code threads} threads for operations and matrix products, and restores the numbers afterwards, also after an
     * error.
     */
    public static void with(int threads, Runnable work) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread must compute, found " + threads);
        }
        ActiveBackend.made();
        int most = Nd4j.getEnvironment().maxThreads();
        int masters = Nd4j.getEnvironment().maxMasterThreads();
        int blas = Nd4j.factory().blas().getMaxThreads();
        try {
            set(Math.max(most, threads), threads, threads);
            work.run();
        } finally {
            set(most, masters, blas);
        }
    }

    /** There are never more master threads than threads, so the number of threads is set first. */
    private static void set(int most, int masters, int blas) {
        Nd4j.getEnvironment().setMaxThreads(most);
        Nd4j.getEnvironment().setMaxMasterThreads(masters);
        Nd4j.factory().blas().setMaxThreads(blas);
    }
}
