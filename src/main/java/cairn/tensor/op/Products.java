package cairn.tensor.op;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import cairn.tensor.device.Device;

/** Matrix products. */
public final class Products {
    /**
     * Products of at most this many multiplications go to BLAS and not to oneDNN. oneDNN takes 3.5 us to begin and, from some size on,
     * wakes a second thread for work that one thread does quickly: 64x64x64 takes 6 us against 37, 16x4x16 0.8 against 3.5; 128x512x10
     * takes 53 against 39.
     */
    private static final long SMALL = 1L << 18;

    private Products() {
    }

    /** c = a·b.   a [m, k], b [k, n] (either may be a transposed view), c [m, n]. */
    public static Operation product(Array a, Array b, Array c) {
        if (a.rank() != 2 || b.rank() != 2 || c.rank() != 2
                || a.size(1) != b.size(0) || c.size(0) != a.size(0) || c.size(1) != b.size(1)) {
            throw new IllegalArgumentException("no product " + a + " · " + b + " -> " + c);
        }
        // On a device ND4J computes into column-major memory: for a row-major c it would make a copy before and another one afterwards, and
        // free it, which waits for the device. As c' = b'·a' it is column-major.
        Native call = Device.IS_HOST
                ? Native.prepare("matmul", in(a, b), out(c), reals(1, 0), integers(0, 0, 0), flags())
                : Native.prepare("matmul", in(b.transposed(), a.transposed()), out(c.transposed()),
                        reals(1, 0), integers(0, 0, 0), flags());
        return a.size(0) * a.size(1) * b.size(1) <= SMALL ? call.withoutHelpers().operation() : call.operation();
    }
}
