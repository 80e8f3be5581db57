package cairn.tensor;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.random.Key;
import cairn.state.Ephemeral;
import java.util.Arrays;

/**
 * Sums over float arrays on the CPU. A block is summed pairwise, the upper half onto the lower until one number is left: vector
 * instructions do that, and the error grows with the logarithm of the block only (Higham, "The accuracy of floating point summation",
 * SIAM J. Sci. Comput. 14, 1993). Blocks are added in their order, in double, so the number of threads changes no bit.
 */
final class HostReductions implements Operation {
    private final HostLoops loops;
    private final boolean squares;
    private final Array sum;
    @Ephemeral(value = "sums of the blocks, written before they are read", kind = SCRATCH)
    private final double[] ofBlocks;

    private HostReductions(Array x, Array sum, boolean squares) {
        this.loops = HostLoops.over(0, x);
        this.sum = sum;
        this.squares = squares;
        this.ofBlocks = new double[Math.toIntExact((x.size() + HostLoops.BLOCK - 1) / HostLoops.BLOCK)];
    }

    static Operation sum(Array x, Array s) {
        return new HostReductions(x, s, false);
    }

    static Operation sumOfSquares(Array x, Array s) {
        return new HostReductions(x, s, true);
    }

    @Override
    public void run(Key key) {
        loops.run(this::block);
        double all = 0;
        for (double one : ofBlocks) {
            all += one;
        }
        sum.set((float) all);
    }

    private void block(float[][] x, int n, int block) {
        float[] values = x[0];
        Arrays.fill(values, n, HostLoops.BLOCK, 0);
        if (squares) {
            square(values);
        }
        for (int half = HostLoops.BLOCK / 2; half > 0; half /= 2) {
            fold(values, half);
        }
        ofBlocks[block] = values[0];
    }

    private static void square(float[] values) {
        for (int i = 0; i < HostLoops.BLOCK; i++) {
            values[i] = values[i] * values[i];
        }
    }

    private static void fold(float[] values, int half) {
        for (int i = 0; i < half; i++) {
            values[i] += values[half + i];
        }
    }
}
