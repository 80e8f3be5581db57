package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every update against a loop in Java, over views that begin within a larger array and are long enough for several native threads. The
 * elements around the view must stay.
 */
@Tag("device")
class UpdatesTest {
    private static final int N = 5003;

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void addScaledAddsTheFirstArrayToTheSecond(ElementType type) {
        Vector x = new Vector(type, i -> Math.sin(i));
        Vector y = new Vector(type, i -> Math.cos(i));
        ScalarOperation add = Updates.addScaled(x.view, y.view);
        add.run(-0.3);
        add.run(2);
        x.requireValues(i -> Math.sin(i));
        y.requireValues(i -> Math.cos(i) + 1.7 * Math.sin(i));
        Updates.addScaled(y.view, y.view).run(-0.25);
        y.requireValues(i -> 0.75 * (Math.cos(i) + 1.7 * Math.sin(i)));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void axpyScalesItsFirstArrayForEveryTarget(ElementType type) {
        Vector x = new Vector(type, i -> Math.sin(i));
        Vector y = new Vector(type, i -> Math.cos(i));
        Vector z = new Vector(type, i -> 9);
        Elementwise.axpy(0.5, x.view, y.view, z.view).run(Key.of(1));
        z.requireValues(i -> 0.5 * Math.sin(i) + Math.cos(i));
        Elementwise.axpy(0.5, x.view, y.view, y.view).run(Key.of(1));
        y.requireValues(i -> 0.5 * Math.sin(i) + Math.cos(i));
        Elementwise.axpy(0.5, x.view, y.view, x.view).run(Key.of(1));
        x.requireValues(i -> Math.sin(i) + Math.cos(i));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void scaleMultipliesByTheNumberOfEachRun(ElementType type) {
        Vector x = new Vector(type, i -> Math.sin(i));
        ScalarOperation scale = Updates.scale(x.view);
        scale.run(0.5);
        scale.run(-3);
        x.requireValues(i -> -1.5 * Math.sin(i));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void clampKeepsWhatIsWithinTheBoundAndNan(ElementType type) {
        Vector x = new Vector(type, i -> 2 * Math.sin(i));
        run(Updates.clamp(x.view, 0.75));
        x.requireValues(i -> Math.max(-0.75, Math.min(0.75, 2 * Math.sin(i))));
        Array odd = Array.zeros(type, 4);
        odd.set(new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.1});
        run(Updates.clamp(odd, 0.75));
        assertThat(odd.toDoubles()).containsExactly(new double[] {Double.NaN, 0.75, -0.75, -0.1}, within(1e-8));
    }

    /** The betas are rounded to the arrays' type, and the native operation's own bias correction has no effect. */
    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void adamKeepsMeanAndMeanSquareAndLeavesTheirQuotient(ElementType type) {
        for (double beta2 : new double[] {0, 0.9, 0.999, 0.999999}) {
            double b1 = rounded(type, 0.9);
            double b2 = rounded(type, beta2);
            Vector g = new Vector(type, i -> Math.sin(i));
            Vector m = new Vector(type, i -> 0.1 * Math.cos(i));
            Vector v = new Vector(type, i -> 0.1 + 0.01 * Math.cos(i));
            DoubleUnaryOperator mean = i -> b1 * 0.1 * Math.cos(i) + (1 - b1) * Math.sin(i);
            DoubleUnaryOperator square = i -> b2 * (0.1 + 0.01 * Math.cos(i)) + (1 - b2) * Math.sin(i) * Math.sin(i);
            Updates.adam(g.view, m.view, v.view, 0.9, beta2).run(1e-3);
            m.requireValues(mean);
            v.requireValues(square);
            g.requireValues(i -> mean.applyAsDouble(i) / (Math.sqrt(square.applyAsDouble(i)) + 1e-3));
        }
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void amsGradDividesByTheLargestMeanSquare(ElementType type) {
        double b1 = rounded(type, 0.9);
        double b2 = rounded(type, 0.99);
        Vector g = new Vector(type, i -> Math.sin(i));
        Vector m = new Vector(type, i -> 0.1 * Math.cos(i));
        Vector v = new Vector(type, i -> 0.2 + 0.1 * Math.cos(i));
        Vector h = new Vector(type, i -> 0.2);
        DoubleUnaryOperator mean = i -> b1 * 0.1 * Math.cos(i) + (1 - b1) * Math.sin(i);
        DoubleUnaryOperator square = i -> b2 * (0.2 + 0.1 * Math.cos(i)) + (1 - b2) * Math.sin(i) * Math.sin(i);
        DoubleUnaryOperator largest = i -> Math.max(0.2, square.applyAsDouble(i));
        Updates.amsGrad(g.view, m.view, v.view, h.view, 0.9, 0.99).run(1e-3);
        m.requireValues(mean);
        v.requireValues(square);
        h.requireValues(largest);
        g.requireValues(i -> mean.applyAsDouble(i) / (Math.sqrt(largest.applyAsDouble(i)) + 1e-3));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void rmsPropKeepsTheMeanSquareAndDividesByItsRoot(ElementType type) {
        double decay = rounded(type, 0.9);
        Vector g = new Vector(type, i -> Math.sin(i));
        Vector v = new Vector(type, i -> 0.2 + 0.1 * Math.cos(i));
        DoubleUnaryOperator square = i -> decay * (0.2 + 0.1 * Math.cos(i)) + (1 - decay) * Math.sin(i) * Math.sin(i);
        run(Updates.rmsProp(g.view, v.view, 0.9, 1e-3));
        v.requireValues(square);
        g.requireValues(i -> Math.sin(i) / (Math.sqrt(square.applyAsDouble(i)) + 1e-3));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void adaGradSumsSquaresAndDividesByTheirRoot(ElementType type) {
        Vector g = new Vector(type, i -> Math.sin(i));
        Vector s = new Vector(type, i -> 0.2 + 0.1 * Math.cos(i));
        DoubleUnaryOperator sum = i -> 0.2 + 0.1 * Math.cos(i) + Math.sin(i) * Math.sin(i);
        run(Updates.adaGrad(g.view, s.view, 1e-3));
        s.requireValues(sum);
        g.requireValues(i -> Math.sin(i) / (Math.sqrt(sum.applyAsDouble(i)) + 1e-3));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void overRootDividesAndLeavesTheSquaresBitForBit(ElementType type) {
        Vector g = new Vector(type, i -> Math.sin(i));
        Vector v = new Vector(type, i -> 0.2 + 0.1 * Math.cos(i));
        double[] before = v.view.toDoubles();
        Updates.overRoot(g.view, v.view).run(1e-3);
        assertThat(v.view.toDoubles()).containsExactly(before);
        g.requireValues(i -> Math.sin(i) / (Math.sqrt(0.2 + 0.1 * Math.cos(i)) + 1e-3));
    }

    /** Without any gradient so far, as of a unit that is always off: 0 / (0 + ε), with the smallest ε. */
    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void theQuotientOfNothingIsNothing(ElementType type) {
        Array g = Array.zeros(type, 3);
        Updates.adam(g, Array.zeros(type, 3), Array.zeros(type, 3), 0.9, 0.999).run(1e-33);
        assertThat(g.toDoubles()).containsOnly(0);
        run(Updates.adaGrad(g, Array.zeros(type, 3), 1e-30));
        assertThat(g.toDoubles()).containsOnly(0);
    }

    private static void run(Operation operation) {
        operation.run();
    }

    private static double rounded(ElementType type, double x) {
        return type == ElementType.F32 ? (float) x : x;
    }

    /** N elements in the middle of a larger array whose other elements are 77. */
    private static final class Vector {
        private final Array whole;
        private final Array view;

        Vector(ElementType type, DoubleUnaryOperator values) {
            whole = Array.filled(type, 77, N + 12);
            view = whole.view(5, N);
            view.set(IntStream.range(0, N).mapToDouble(values::applyAsDouble).toArray());
        }

        void requireValues(DoubleUnaryOperator expected) {
            double tolerance = whole.type() == ElementType.F32 ? 1e-6 : 1e-14;
            double[] found = whole.toDoubles();
            for (int i = 0; i < found.length; i++) {
                double value = i < 5 || i >= N + 5 ? 77 : expected.applyAsDouble(i - 5);
                assertThat(found[i]).as("element %d", i - 5).isCloseTo(value, within(tolerance * Math.max(1, Math.abs(value))));
            }
        }
    }
}
