package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import java.util.stream.LongStream;

/** Numbers and arrays for the tests of operations. */
public final class Samples {
    private Samples() {
    }

    /** {@code n} numbers, none closer to 0 than 0.05, so that no difference quotient crosses a kink at 0. */
    public static double[] numbers(long n, String name) {
        Key key = Key.of(2026).fold(name);
        return LongStream.range(0, n).mapToDouble(key::gaussian).map(v -> v + Math.copySign(0.05, v)).toArray();
    }

    /** A view at an odd offset into a longer flat vector, filled with sample numbers; the elements around it are NaN. */
    public static Array view(ElementType type, String name, long... shape) {
        long n = LongStream.of(shape).reduce(1, (a, b) -> a * b);
        Array view = Array.filled(type, Double.NaN, n + 10).view(7, shape);
        view.set(numbers(n, name));
        return view;
    }

    /** Such a view filled with NaN, for results. */
    public static Array result(ElementType type, long... shape) {
        Array view = view(type, "", shape);
        view.fill(Double.NaN);
        return view;
    }

    /** The relative error that a few operations of this type may have. */
    public static double tolerance(ElementType type) {
        return type == ElementType.F32 ? 1e-5 : 1e-13;
    }

    /** Each number within {@code tolerance} of the expected one, relative to it or, where it is below {@code scale}, to that. */
    public static void assertClose(String what, double[] found, double[] expected, double tolerance, double scale) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            double allowed = tolerance * Math.max(Math.abs(expected[i]), scale);
            if (!(Math.abs(found[i] - expected[i]) <= allowed) && Double.compare(found[i], expected[i]) != 0) {
                throw new AssertionError(what + " at " + i + ": expected " + expected[i] + ", found " + found[i] + ", which differs by "
                        + Math.abs(found[i] - expected[i]) + "; allowed are " + allowed);
            }
        }
    }

    /** As {@link #assertClose} with the tolerance of the type and the scale 1. */
    public static void assertClose(String what, Array found, double[] expected) {
        assertClose(what, found.toDoubles(), expected, tolerance(found.type()), 1);
    }
}
