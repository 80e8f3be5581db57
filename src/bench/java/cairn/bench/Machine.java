package cairn.bench;

import cairn.bench.peers.BenchmarkProcess;
import cairn.bench.peers.Work;
import java.io.IOException;
import java.util.Locale;

/**
 * What the machine can do at the most, as measured now.
 *
 * @param flops of a product of large float matrices, per second
 * @param bytes to and from memory in a sum of two long vectors, per second
 */
record Machine(double flops, double bytes) {
    private static final int TURNS = 6;

    /** The best of a few turns each. */
    static Machine measured() throws IOException {
        return new Machine(Work.PRODUCT.flops() / best(Work.PRODUCT), Work.SUM.bytes() / best(Work.SUM));
    }

    private static double best(Work work) throws IOException {
        double best = Double.POSITIVE_INFINITY;
        try (BenchmarkProcess player = new BenchmarkProcess("limits", work)) {
            for (int i = 0; i < TURNS; i++) {
                best = Math.min(best, player.turn().secondsPerStep());
            }
        }
        return best;
    }

    /** Seconds that so many floating point operations take. */
    double arithmetic(double count) {
        return count / flops;
    }

    /** Seconds that so many bytes take. */
    double transfer(double count) {
        return count / bytes;
    }

    /** Seconds that a step of {@code work} takes at the least, if nothing happens at the same time. */
    double floor(Work work) {
        return arithmetic(work.flops()) + transfer(work.bytes());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.0f GFLOP/s in float products, %.1f GB/s to and from memory", flops / 1e9, bytes / 1e9);
    }
}
