package cairn.tensor;

import static cairn.tensor.Native.in;
import static cairn.tensor.Native.out;

/** Whole arrays to one number, written into a scalar of rank 0. The same bits at the same number of threads. */
public final class Reductions {
    private Reductions() {
    }

    /** s = Σ x. */
    public static Operation sum(Array x, Array s) {
        return Native.call("reduce_sum", in(x), out(s));
    }

    /** s = Σ x². */
    public static Operation sumOfSquares(Array x, Array s) {
        return Native.call("reduce_sqnorm", in(x), out(s));
    }
}
