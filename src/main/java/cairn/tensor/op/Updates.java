package cairn.tensor.op;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;

/**
 * In-place updates of whole vectors. Where a number changes from step to step, the prepared call stays and its argument is set again.
 *
 * <p>The adaptive ones are ND4J's own, for vectors that {@link HostLoops} cannot loop over; they leave a direction in the gradient's place,
 * and the rate is the caller's, by {@link #addScaled}.
 */
public final class Updates {
    private Updates() {
    }

    /** y = y + a·x, with a the number of each run. The two may be one array. */
    public static ScalarOperation addScaled(Array x, Array y) {
        if (HostLoops.can(x)) {
            return HostLoops.over(1, y, x).scalarOperation((z, n, a) -> addScaled(z[1], z[0], n, a));
        }
        // ND4J's own order: first + a · second.
        Native call = Native.prepare("axpy", in(y, x), out(y), reals(0), integers(), flags());
        return a -> {
            call.setReals(a);
            call.run();
        };
    }

    /** y = y + a·x for the first {@code n} elements, as a part of a {@linkplain HostLoops loop}. */
    public static void addScaled(float[] x, float[] y, int n, float a) {
        for (int i = 0; i < n; i++) {
            y[i] = y[i] + a * x[i];
        }
    }

    /** x = a·x, with a the number of each run. */
    public static ScalarOperation scale(Array x) {
        Array factor = Array.zeros(x.type());
        Native call = Native.prepare("multiply", in(x, factor), out(x), reals(), integers(), flags());
        return a -> {
            factor.set(a);
            call.run();
        };
    }

    /** x = min(max(x, -bound), bound); a NaN stays a NaN. */
    public static Operation clamp(Array x, double bound) {
        return Native.call("clipbyvalue", in(x), out(x), reals(-bound, bound), integers(), flags());
    }

    /**
     * m = β1·m + (1-β1)·g;  v = β2·v + (1-β2)·g²;  g = m / (√v + ε), for betas up to 0.999999, with ε the number of each run. The
     * differences 1-β are those of the betas as the arrays' type rounds them.
     */
    public static ScalarOperation adam(Array g, Array m, Array v, double beta1, double beta2) {
        return adaptive("adam_updater", in(g, v, m), beta1, beta2);
    }

    /** As {@link #adam}, with h = max(h, v) in the place of v in the quotient. */
    public static ScalarOperation amsGrad(Array g, Array m, Array v, Array h, double beta1, double beta2) {
        return adaptive("ams_grad_updater", in(g, v, m, h), beta1, beta2);
    }

    private static ScalarOperation adaptive(String name, Array[] arrays, double beta1, double beta2) {
        // The native operation has a bias correction of its own, with powers in the arrays' type. At this iteration both powers
        // are 0 (0.999999 to the 2^31st), which makes it the factor 1; the true correction is the caller's, in rate and epsilon.
        // Its rate is 1 too: where rate and correction round to 0, it would take epsilon for the rate.
        Native call = Native.prepare(name, arrays, arrays, reals(1, beta1, beta2, 0), integers(Integer.MAX_VALUE), flags());
        return epsilon -> {
            call.setReals(1, beta1, beta2, epsilon);
            call.run();
        };
    }

    /** g = g / (√v + ε), with ε the number of each run; v stays. */
    public static ScalarOperation overRoot(Array g, Array v) {
        // With the decay 1 the native operation's running mean of squares is v itself.
        Native call = Native.prepare("rms_prop_updater", in(g, v), out(g, v), reals(1, 1, 0), integers(), flags());
        return epsilon -> {
            call.setReals(1, 1, epsilon);
            call.run();
        };
    }

    /** v = decay·v + (1-decay)·g²;  g = g / (√v + ε). */
    public static Operation rmsProp(Array g, Array v, double decay, double epsilon) {
        return Native.call("rms_prop_updater", in(g, v), out(g, v), reals(1, decay, epsilon), integers(), flags());
    }

    /** s = s + g²;  g = g / (√s + ε). */
    public static Operation adaGrad(Array g, Array s, double epsilon) {
        return Native.call("ada_grad_updater", in(g, s), out(g, s), reals(1, epsilon), integers(), flags());
    }
}
