package cairn.tensor.op;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation against a plain Java loop, on views at odd offsets, also in place. */
@Tag("device")
class ElementwiseTest {
    private static final Key KEY = Key.of(1);

    interface UnaryCall {
        Operation prepare(Array x, Array z);
    }

    interface BinaryCall {
        Operation prepare(Array x, Array y, Array z);
    }

    interface BinaryFunction {
        double at(double x, double y);
    }

    /** @param positive whether the operation is for positive numbers only */
    record Unary(String name, UnaryCall call, DoubleUnaryOperator function, boolean positive) {
        Unary(String name, UnaryCall call, DoubleUnaryOperator function) {
            this(name, call, function, false);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    record Binary(String name, BinaryCall call, BinaryFunction function) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Unary> unary() {
        return List.of(
                new Unary("copy", Elementwise::copy, x -> x),
                new Unary("square", Elementwise::square, x -> x * x),
                new Unary("scale", (x, z) -> Elementwise.scale(x, -0.3, z), x -> -0.3 * x),
                new Unary("shift", (x, z) -> Elementwise.shift(x, 0.7, z), x -> x + 0.7),
                new Unary("reciprocal", (x, z) -> Elementwise.reciprocal(2.5, x, z), x -> 2.5 / x),
                new Unary("oneMinus", Elementwise::oneMinus, x -> 1 - x),
                new Unary("step", (x, z) -> Elementwise.step(x, 0.4, z), x -> x > 0.4 ? 1 : 0),
                new Unary("abs", Elementwise::abs, Math::abs),
                new Unary("sign", Elementwise::sign, Math::signum),
                new Unary("exp", Elementwise::exp, Math::exp),
                new Unary("log", Elementwise::log, Math::log, true),
                new Unary("log1p", Elementwise::log1p, Math::log1p, true),
                new Unary("sqrt", Elementwise::sqrt, Math::sqrt, true),
                new Unary("tanh", Elementwise::tanh, Math::tanh),
                new Unary("sigmoid", Elementwise::sigmoid, x -> 1 / (1 + Math.exp(-x))),
                new Unary("erf", Elementwise::erf, Erf::erf),
                new Unary("relu", Elementwise::relu, x -> Math.max(x, 0)),
                new Unary("clip", (x, z) -> Elementwise.clip(x, -0.5, 0.9, z), x -> Math.max(-0.5, Math.min(0.9, x))),
                new Unary("fill", (x, z) -> Elementwise.fill(1.25, z), x -> 1.25));
    }

    static List<Binary> binary() {
        return List.of(
                new Binary("add", Elementwise::add, (x, y) -> x + y),
                new Binary("subtract", Elementwise::subtract, (x, y) -> x - y),
                new Binary("multiply", Elementwise::multiply, (x, y) -> x * y),
                new Binary("divide", Elementwise::divide, (x, y) -> x / y),
                new Binary("maximum", Elementwise::maximum, Math::max),
                new Binary("reluGradient", Elementwise::reluGradient, (x, y) -> x > 0 ? y : 0),
                new Binary("axpy", (x, y, z) -> Elementwise.axpy(-1.75, x, y, z), (x, y) -> -1.75 * x + y));
    }

    /** A NaN has no gradient either, whatever its sign; infinities and the smallest numbers are numbers like others. */
    @Test
    void theGradientOfReluGoesThroughPositiveNumbersAlone() {
        float[] xs = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY, Float.NaN, Float.intBitsToFloat(0xffc0_0000), Float.intBitsToFloat(0x7fff_ffff)};
        float[] expected = {0, 0, 2.5f, 0, 2.5f, 0, 2.5f, 0, 0, 0, 0};
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array x = Array.zeros(type, xs.length);
            x.set(xs, 0, xs.length);
            Array z = Array.filled(type, Double.NaN, xs.length);
            Elementwise.reluGradient(x, Array.filled(type, 2.5, xs.length), z).run(KEY);
            float[] found = new float[xs.length];
            z.get(found, xs.length);
            assertThat(found).as(type.label()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("unary")
    void unaryEqualsAPlainLoopAlsoInPlace(Unary u) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (long[] shape : new long[][] {{1}, {37}, {5, 7}, {2, 3, 4, 5}, {130, 129}}) {
                Array x = Samples.view(type, u.name, shape);
                if (u.positive) {
                    Elementwise.abs(x, x).run(KEY);
                }
                double[] before = x.toDoubles();
                double[] expected = Arrays.stream(before).map(u.function).toArray();
                Array z = Samples.result(type, shape);
                u.call.prepare(x, z).run(KEY);
                assertClose(u.name + " " + z, z, expected);
                assertThat(x.toDoubles()).as("the operand").isEqualTo(before);
                u.call.prepare(x, x).run(KEY);
                assertThat(x.toDoubles()).as("in place").isEqualTo(z.toDoubles());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("binary")
    void binaryEqualsAPlainLoopAlsoInPlaceOfEitherOperand(Binary b) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (long[] shape : new long[][] {{1}, {37}, {5, 7}, {2, 3, 4, 5}, {130, 129}}) {
                Array x = Samples.view(type, "x", shape);
                Array y = Samples.view(type, "y", shape);
                double[] xs = x.toDoubles();
                double[] ys = y.toDoubles();
                double[] expected = new double[xs.length];
                Arrays.setAll(expected, i -> b.function.at(xs[i], ys[i]));
                Array z = Samples.result(type, shape);
                b.call.prepare(x, y, z).run(KEY);
                assertClose(b.name + " " + z, z, expected);
                Array copy = Samples.view(type, "x", shape);
                b.call.prepare(copy, y, copy).run(KEY);
                assertThat(copy.toDoubles()).as("in place of x").isEqualTo(z.toDoubles());
                b.call.prepare(x, y, y).run(KEY);
                assertThat(y.toDoubles()).as("in place of y").isEqualTo(z.toDoubles());
                assertThat(x.toDoubles()).as("the operand").isEqualTo(xs);
            }
        }
    }

    @Test
    void scaleByTakesTheScalarAsItIsAtTheRun() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array c = Array.zeros(type);
            Array x = Samples.view(type, "x", 3, 4);
            double[] before = x.toDoubles();
            Operation scale = Elementwise.scaleBy(c, x);
            c.fill(0.5);
            scale.run(KEY);
            c.fill(-4);
            scale.run(KEY);
            assertClose("scaleBy", x, Arrays.stream(before).map(v -> -2 * v).toArray());
        }
    }

    /** For small x, where the logarithm of the rounded 1 + x has no correct digit. */
    @Test
    void log1pOfSmallNumbersKeepsTheirDigits() {
        double[] small = {1e-20, 1e-13, 1e-9, -1e-9, 1e-5, -1e-3};
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array x = Array.zeros(type, small.length);
            x.set(small);
            double[] expected = Arrays.stream(x.toDoubles()).map(Math::log1p).toArray();
            Elementwise.log1p(x, x).run(KEY);
            assertClose("log1p", x.toDoubles(), expected, type == ElementType.F32 ? 3e-7 : 1e-15, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("unary")
    void aNanStaysANan(Unary u) {
        if (List.of("step", "sign", "fill").contains(u.name)) {
            return;
        }
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array x = Array.filled(type, Double.NaN, 19);
            Array z = Array.zeros(type, 19);
            u.call.prepare(x, z).run(KEY);
            assertThat(z.toDoubles()).containsOnly(Double.NaN);
        }
    }

    @Test
    void infinitiesAndLargeNumbersSaturate() {
        double[] large = {Double.NEGATIVE_INFINITY, -1e4, -800, 800, 1e4, Double.POSITIVE_INFINITY};
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array x = Array.zeros(type, large.length);
            x.set(large);
            Array z = Array.zeros(type, large.length);
            Elementwise.sigmoid(x, z).run(KEY);
            assertThat(z.toDoubles()).isEqualTo(new double[] {0, 0, 0, 1, 1, 1});
            Elementwise.tanh(x, z).run(KEY);
            assertThat(z.toDoubles()).isEqualTo(new double[] {-1, -1, -1, 1, 1, 1});
            Elementwise.erf(x, z).run(KEY);
            assertThat(z.toDoubles()).isEqualTo(new double[] {-1, -1, -1, 1, 1, 1});
            Elementwise.relu(x, z).run(KEY);
            assertThat(z.toDoubles()).isEqualTo(new double[] {0, 0, 0, 800, 1e4, Double.POSITIVE_INFINITY});
        }
    }

    @Test
    void refusesArraysOfDifferentShapeOrType() {
        Array x = Array.zeros(ElementType.F32, 2, 3);
        assertThatThrownBy(() -> Elementwise.add(x, Array.zeros(ElementType.F32, 3, 2), x))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("f32[2,3]").hasMessageContaining("f32[3,2]");
        assertThatThrownBy(() -> Elementwise.relu(x, Array.zeros(ElementType.F64, 2, 3)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("f64[2,3]");
    }
}
