package cairn.tensor;

import static cairn.tensor.Native.in;
import static cairn.tensor.Native.legacy;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import java.util.Arrays;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseDivision;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.OneMinus;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Element by element. All arrays of a call have one size; {@code z} receives the result and may be one of the operands.
 * None of ND4J's fused activations with a known fault is used (its GELU, softplus and relu_bp: docs/ARCHITECTURE.md).
 */
public final class Elementwise {
    private Elementwise() {
    }

    /** z = x. */
    public static Operation copy(Array x, Array z) {
        same(x, z);
        return key -> z.nd().assign(x.nd());
    }

    /** z = x + y. */
    public static Operation add(Array x, Array y, Array z) {
        return pairwise("add", x, y, z);
    }

    /** z = x - y. */
    public static Operation subtract(Array x, Array y, Array z) {
        return pairwise("subtract", x, y, z);
    }

    /** z = x · y, element by element. */
    public static Operation multiply(Array x, Array y, Array z) {
        return pairwise("multiply", x, y, z);
    }

    /** z = x / y. */
    public static Operation divide(Array x, Array y, Array z) {
        return pairwise("divide", x, y, z);
    }

    /** z = max(x, y). */
    public static Operation maximum(Array x, Array y, Array z) {
        return pairwise("maximum", x, y, z);
    }

    /** z = x². */
    public static Operation square(Array x, Array z) {
        return multiply(x, x, z);
    }

    /** z = c·x. */
    public static Operation scale(Array x, double c, Array z) {
        same(x, z);
        return legacy(new ScalarMultiplication(x.nd(), null, z.nd(), c));
    }

    /** x = c·x, with c the content of a scalar of rank 0 at the time of the run. */
    public static Operation scaleBy(Array c, Array x) {
        return Native.call("multiply", in(x, c), out(x));
    }

    /** z = x + c. */
    public static Operation shift(Array x, double c, Array z) {
        same(x, z);
        return legacy(new ScalarAdd(x.nd(), null, z.nd(), c));
    }

    /** z = c / x. */
    public static Operation reciprocal(double c, Array x, Array z) {
        same(x, z);
        return legacy(new ScalarReverseDivision(x.nd(), null, z.nd(), c));
    }

    /** z = a·x + y. */
    public static Operation axpy(double a, Array x, Array y, Array z) {
        same(x, y, z);
        // ND4J's own order: first + a · second.
        return Native.call("axpy", in(y, x), out(z), reals(a), Native.integers(), Native.flags());
    }

    /** z = 1 - x. */
    public static Operation oneMinus(Array x, Array z) {
        same(x, z);
        return legacy(new OneMinus(x.nd(), z.nd()));
    }

    /** z = 1 where x &gt; c, else 0. */
    public static Operation step(Array x, double c, Array z) {
        same(x, z);
        return legacy(new Step(x.nd(), z.nd(), c));
    }

    /** z = |x|. */
    public static Operation abs(Array x, Array z) {
        same(x, z);
        return legacy(new Abs(x.nd(), z.nd()));
    }

    /** z = -1, 0 or 1. */
    public static Operation sign(Array x, Array z) {
        same(x, z);
        return legacy(new Sign(x.nd(), z.nd()));
    }

    /** z = e^x. */
    public static Operation exp(Array x, Array z) {
        same(x, z);
        return legacy(new Exp(x.nd(), z.nd()));
    }

    /** z = ln x. */
    public static Operation log(Array x, Array z) {
        same(x, z);
        return legacy(new Log(x.nd(), z.nd()));
    }

    /** z = ln(1 + x). */
    public static Operation log1p(Array x, Array z) {
        same(x, z);
        return legacy(new Log1p(x.nd(), z.nd()));
    }

    /** z = √x. */
    public static Operation sqrt(Array x, Array z) {
        same(x, z);
        return legacy(new org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt(x.nd(), z.nd()));
    }

    /** z = tanh x. */
    public static Operation tanh(Array x, Array z) {
        same(x, z);
        return legacy(new Tanh(x.nd(), z.nd()));
    }

    /** z = 1 / (1 + e^-x). */
    public static Operation sigmoid(Array x, Array z) {
        same(x, z);
        return legacy(new Sigmoid(x.nd(), z.nd()));
    }

    /** z = erf x. */
    public static Operation erf(Array x, Array z) {
        same(x, z);
        return legacy(new Erf(x.nd(), z.nd()));
    }

    /** z = max(x, 0); a NaN stays a NaN. */
    public static Operation relu(Array x, Array z) {
        same(x, z);
        return Native.call("relu", in(x), out(z), reals(0), Native.integers(), Native.flags());
    }

    /** z = x where x &gt; 0, else α(e^x - 1). */
    public static Operation elu(Array x, double alpha, Array z) {
        same(x, z);
        return Native.call("elu", in(x), out(z), reals(alpha), Native.integers(), Native.flags());
    }

    /** dx = dy · elu'(x). */
    public static Operation eluGradient(Array x, Array dy, double alpha, Array dx) {
        same(x, dy, dx);
        return Native.call("elu_bp", in(x, dy), out(dx), reals(alpha), Native.integers(), Native.flags());
    }

    /** Sets every element of z to c. */
    public static Operation fill(double c, Array z) {
        return key -> z.nd().assign(c);
    }

    private static Operation pairwise(String name, Array x, Array y, Array z) {
        same(x, y, z);
        return Native.call(name, in(x, y), out(z));
    }

    /** Requires one size and type: ND4J would broadcast or, on 1.0.0-M2.1, silently accept some mismatches. */
    private static void same(Array... arrays) {
        for (Array a : arrays) {
            if (!Arrays.equals(a.shape(), arrays[0].shape()) || a.type() != arrays[0].type()) {
                throw new IllegalArgumentException("element by element needs arrays of one shape: " + Arrays.toString(arrays));
            }
        }
    }

    static {
        // ND4J's own checks of each call cost twice the call; what they look for is checked at wiring.
        Nd4j.getExecutioner().setProfilingMode(
                org.nd4j.linalg.api.ops.executioner.OpExecutioner.ProfilingMode.DISABLED);
    }
}
