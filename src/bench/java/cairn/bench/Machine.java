package cairn.bench;

import cairn.bench.peers.BenchmarkProcess;
import cairn.bench.peers.Work;
import java.io.IOException;
import java.util.Locale;

/**
 * The measured limits of the machine.
 *
 * @param flops floating point operations per second, in a product of large float matrices
 * @param bytes bytes per second to and from memory, in a sum of two long vectors
 */
record Machine(double flops, double bytes) {
    private static final int TURNS = 6;

    /** The best of some turns. */
    static Machine measured() throws IOException {
        return new Machine(Work.PRODUCT.flops() / best(Work.PRODUCT), Work.SUM.bytes() / best(Work.SUM));
    }

    private static double best(Work work) throws IOException {
        double best = Double.POSITIVE_INFINITY;
        try (BenchmarkProcess process = new BenchmarkProcess("limits", work)) {
            for (int i = 0; i < TURNS; i++) {
                best = Math.min(best, process.turn().secondsPerStep());
            }
        }
        return best;
    }

    /** Seconds of {@code count} floating point operations. */
    double arithmetic(double count) {
        return count / flops;
    }

    /** Seconds of moving {@code count} bytes. */
    double transfer(double count) {
        return count / bytes;
    }

    /** The lower bound of a step of {@code work} in seconds, if arithmetic and transfer do not overlap. */
    double floor(Work work) {
        return arithmetic(work.flops()) + transfer(work.bytes());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.0f GFLOP/s in float products, %.1f GB/s to and from memory", flops / 1e9, bytes / 1e9);
    }
}
