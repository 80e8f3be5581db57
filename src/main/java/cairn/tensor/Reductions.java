package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import java.util.ArrayList;
import java.util.List;

/** Whole arrays to one number, written into a scalar of rank 0. The same bits at the same number of threads. */
public final class Reductions {
    /** So long a row is summed one element after the other without a loss worth mentioning in float. */
    private static final long BLOCK = 4096;

    private Reductions() {
    }

    /** s = Σ x. */
    public static Operation sum(Array x, Array s) {
        return Native.call("reduce_sum", in(x), out(s));
    }

    /**
     * s = Σ x², the same bits at any number of threads. Summed block by block: over a whole vector of floats ND4J adds one
     * element after the other, and of ten million equal ones the sum comes out 3.5 % short.
     */
    public static Operation sumOfSquares(Array x, Array s) {
        long blocks = x.size() / BLOCK;
        long rest = x.size() % BLOCK;
        Array partial = Array.zeros(x.type(), Math.max(1, blocks + (rest > 0 ? 1 : 0)));
        List<Operation> sums = new ArrayList<>();
        if (blocks > 0) {
            sums.add(overRows("reduce_sqnorm", x.view(0, blocks, BLOCK), partial.view(0, blocks)));
        }
        if (rest > 0) {
            sums.add(overRows("reduce_sqnorm", x.view(blocks * BLOCK, 1, rest), partial.view(blocks, 1)));
        }
        sums.add(overRows("reduce_sum", partial.view(0, 1, partial.size()), s.view(0, 1)));
        return Operation.sequence(sums);
    }

    private static Operation overRows(String name, Array x, Array perRow) {
        return Native.call(name, in(x), out(perRow), reals(), integers(1), flags());
    }
}
