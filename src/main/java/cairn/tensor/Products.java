package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

/** Matrix products. */
public final class Products {
    private Products() {
    }

    /** c = a·b.   a [m, k], b [k, n] (either may be a transposed view), c [m, n]. */
    public static Operation product(Array a, Array b, Array c) {
        if (a.rank() != 2 || b.rank() != 2 || c.rank() != 2
                || a.size(1) != b.size(0) || c.size(0) != a.size(0) || c.size(1) != b.size(1)) {
            throw new IllegalArgumentException("no product " + a + " · " + b + " -> " + c);
        }
        return Native.call("matmul", in(a, b), out(c), reals(1, 0), integers(0, 0, 0), flags());
    }

    /** The transpose of a matrix, as a view. */
    public static Array transposed(Array a) {
        return a.transposed();
    }
}
