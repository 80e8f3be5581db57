package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;

/**
 * Sums over float arrays on the CPU: within a block eight sums side by side, which a core adds at the same time; then the sums of the
 * blocks, in their order, in double. So no sum has more than 128 terms in float, and the number of threads changes no bit.
 */
final class HostReductions implements Operation {

    /** The sum of one block, which is filled up with zeros. */
    private interface BlockSum {
        float of(float[] x);
    }

    private final HostLoops loops;
    private final BlockSum term;
    private final Array sum;
    @Ephemeral(value = "sums of the blocks, written before they are read", kind = SCRATCH)
    private final double[] ofBlocks;

    /** Kept, so that a run leaves no garbage. */
    private final HostLoops.BlockLoop ofBlock = this::addUp;

    private HostReductions(Array x, Array sum, BlockSum term) {
        this.loops = HostLoops.over(0, x);
        this.sum = sum;
        this.term = term;
        this.ofBlocks = new double[Math.toIntExact((x.size() + HostLoops.BLOCK - 1) / HostLoops.BLOCK)];
    }

    /** s = Σ x. */
    static Operation sum(Array x, Array s) {
        return new HostReductions(x, s, HostReductions::sum);
    }

    /** s = Σ x². */
    static Operation sumOfSquares(Array x, Array s) {
        return new HostReductions(x, s, HostReductions::sumOfSquares);
    }

    @Override
    public void run(Key key) {
        loops.run(ofBlock);
        double all = 0;
        for (double one : ofBlocks) {
            all += one;
        }
        sum.set(all);
    }

    private void addUp(float[][] x, int n, int block) {
        Arrays.fill(x[0], n, HostLoops.BLOCK, 0);
        ofBlocks[block] = term.of(x[0]);
    }

    private static float sum(float[] x) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        for (int i = 0; i < HostLoops.BLOCK; i += 8) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
            e += x[i + 4];
            f += x[i + 5];
            g += x[i + 6];
            h += x[i + 7];
        }
        return a + b + (c + d) + (e + f + (g + h));
    }

    private static float sumOfSquares(float[] x) {
        for (int i = 0; i < HostLoops.BLOCK; i++) {
            x[i] = x[i] * x[i];
        }
        return sum(x);
    }
}
