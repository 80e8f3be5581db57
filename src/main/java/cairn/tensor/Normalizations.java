package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

/** Normalization per channel (the last dimension) with given statistics. */
public final class Normalizations {
    private Normalizations() {
    }

    /** y = gain · (x - mean) / √(variance + ε) + shift.   mean, variance, gain, shift [channels]. */
    public static Operation normalize(Array x, Array mean, Array variance, Array gain, Array shift, double epsilon, Array y) {
        return Native.call("batchnorm", in(x, mean, variance, gain, shift), out(y), reals(epsilon),
                integers(1, 1, x.rank() - 1), flags());
    }
}
