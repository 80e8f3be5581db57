package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

/** In-place updates whose numbers change from step to step: the prepared call stays, its arguments are set anew. */
public final class Updates {
    private Updates() {
    }

    /** Runs with one number of the step's. */
    @FunctionalInterface
    public interface Scaled {
        void run(double a);
    }

    /** Runs with the step's rate and epsilon. */
    @FunctionalInterface
    public interface Adaptive {
        void run(double rate, double epsilon);
    }

    /** y = y + a·x. */
    public static Scaled addScaled(Array x, Array y) {
        Native call = Native.prepare("axpy", in(x, y), out(y), reals(0), integers(), flags());
        return a -> {
            call.setReals(a);
            call.run();
        };
    }

    /** x = a·x. */
    public static Scaled scale(Array x) {
        Array factor = Array.zeros(x.type());
        Native call = Native.prepare("multiply", in(x, factor), out(x), reals(), integers(), flags());
        return a -> {
            factor.fill(a);
            call.run();
        };
    }

    /**
     * m = β1·m + (1-β1)·g;  v = β2·v + (1-β2)·g²;  g = rate · m / (√v + ε). Bias corrections are the caller's, in rate and ε:
     * the native operation would compute powers of β in float.
     */
    public static Adaptive adam(Array g, Array m, Array v, double beta1, double beta2) {
        return adaptive("adam_updater", in(g, v, m), beta1, beta2);
    }

    /** As {@link #adam}, with h = max(h, v) in the place of v in the quotient. */
    public static Adaptive amsGrad(Array g, Array m, Array v, Array h, double beta1, double beta2) {
        return adaptive("ams_grad_updater", in(g, v, m, h), beta1, beta2);
    }

    private static Adaptive adaptive(String name, Array[] arrays, double beta1, double beta2) {
        // At this iteration the powers of both betas are 0, so that the operation's own bias correction is the factor 1.
        Native call = Native.prepare(name, arrays, arrays, reals(0, beta1, beta2, 0), integers(Integer.MAX_VALUE), flags());
        return (rate, epsilon) -> {
            call.setReals(rate, beta1, beta2, epsilon);
            call.run();
        };
    }

    /** s = decay·s + (1-decay)·g²;  g = rate · g / (√s + ε). */
    public static Adaptive rmsProp(Array g, Array s, double decay) {
        Native call = Native.prepare("rms_prop_updater", in(g, s), out(g, s), reals(0, decay, 0), integers(), flags());
        return (rate, epsilon) -> {
            call.setReals(rate, decay, epsilon);
            call.run();
        };
    }

    /** s = s + g²;  g = rate · g / (√s + ε). */
    public static Adaptive adaGrad(Array g, Array s) {
        Native call = Native.prepare("ada_grad_updater", in(g, s), out(g, s), reals(0, 0), integers(), flags());
        return (rate, epsilon) -> {
            call.setReals(rate, epsilon);
            call.run();
        };
    }
}
