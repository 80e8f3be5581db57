package cairn.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.nn.Layer;
import cairn.state.ElementType;
import cairn.tensor.device.Backend;
import cairn.tensor.op.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of numbers far from 1, against the same formula in double: what is finite is computed finitely, to the last digits. */
@Tag("device")
class FarNumbersTest {

    /** An activation, and its formula where a double computes it to the last digits. */
    record Curve(Layer layer, DoubleUnaryOperator formula, double from, double to) {
        @Override
        public String toString() {
            return layer.toString();
        }
    }

    static List<Curve> curves() {
        return List.of(
                new Curve(new Tanh(), StrictMath::tanh, -400, 400),
                new Curve(new Sigmoid(), x -> 1 / (1 + StrictMath.exp(-x)), -80, 400),
                new Curve(new Silu(), x -> x / (1 + StrictMath.exp(-x)), -80, 400),
                new Curve(Elu.of(), x -> x > 0 ? x : StrictMath.expm1(x), -400, 400),
                new Curve(new Elu(0.5), x -> x > 0 ? x : 0.5 * StrictMath.expm1(x), -400, 400),
                new Curve(new Softplus(), x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))), -80, 400),
                new Curve(Gelu.of(), x -> 0.5 * x * Erf.erfc(-x / Math.sqrt(2)), -1, 400),
                new Curve(new Gelu(Gelu.Form.TANH),
                        x -> x / (1 + StrictMath.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), -1, 20));
    }

    /** A relative error, from 1e-30 to where the curve ends: an absolute one would hide that small numbers become 0. */
    @ParameterizedTest
    @MethodSource("curves")
    void anActivationIsExactForNumbersOfEverySize(Curve curve) {
        // On a device, functions of doubles are those of its library.
        for (ElementType type : Backend.isDevice() ? List.of(ElementType.F32) : List.of(ElementType.F32, ElementType.F64)) {
            double[] x = numbers(curve, type);
            Bench bench = new Bench(curve.layer(), new long[] {x.length}, 1, type);
            bench.x().set(x);
            double[] in = bench.x().toDoubles();
            double[] y = bench.forward();
            for (int i = 0; i < x.length; i++) {
                double expected = curve.formula().applyAsDouble(in[i]);
                double error = type == ElementType.F32 ? 3e-6 : 1e-14;
                assertThat(y[i]).as("%s of %s in %s", curve, in[i], type).isCloseTo(expected, within(error * Math.abs(expected) + 1e-37));
            }
        }
    }

    private static double[] numbers(Curve curve, ElementType type) {
        return java.util.stream.DoubleStream.iterate(1e-30, m -> m <= 400, m -> m * 1.7).flatMap(m -> java.util.stream.DoubleStream.of(m, -m))
                .filter(v -> v >= curve.from() && v <= curve.to()).toArray();
    }

    /** y of x·s is y of x with ε/s²; and its gradient is that of x, over s. */
    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aNormalizationOfLargeNumbersIsThatOfTheSameNumbersMadeSmall(ElementType type) {
        assumeFalse(Backend.isDevice(), "on a device they become NaN");
        List<DoubleFunction<Layer>> layers = List.of(LayerNorm::new, epsilon -> new BatchNorm(0.1, epsilon));
        int most = type == ElementType.F32 ? 125 : 1021;
        for (DoubleFunction<Layer> layer : layers) {
            for (int exponent = -40; exponent <= most; exponent += 5) {
                double scale = Math.scalb(1.0, exponent);
                Bench far = new Bench(layer.apply(1e-5), new long[] {6}, 5, type);
                Bench near = new Bench(layer.apply(Math.max(Double.MIN_NORMAL, Math.min(0.99, 1e-5 / scale / scale))), new long[] {6}, 5,
                        ElementType.F64);
                double[] x = Samples.numbers(30, "x");
                // One row of ordinary numbers among them.
                far.x().set(Arrays.stream(x).map(v -> v * scale).toArray());
                near.x().set(Arrays.stream(far.x().toDoubles()).map(v -> v / scale).toArray());
                if (1e-5 / scale / scale > 0.99) {
                    continue;
                }
                requireClose(far.forward(), near.forward(), 1, type, exponent);
                requireClose(Arrays.copyOf(far.backward(), 30), Arrays.copyOf(near.backward(), 30), scale, type, exponent);
            }
        }
    }

    private static void requireClose(double[] found, double[] expected, double scale, ElementType type, int exponent) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double error = type == ElementType.F32 ? 2e-5 : 1e-12;
        // A gradient below the smallest normal number has fewer digits.
        double coarse = type == ElementType.F32 ? 2e-44 : 1e-322;
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("%d at 2^%d", i, exponent).isCloseTo(expected[i] / scale, within(error * largest / scale + coarse));
        }
    }

    @Test
    void theFieldCaseOfLayerNorm() {
        assumeFalse(Backend.isDevice(), "on a device they become NaN");
        Bench bench = new Bench(LayerNorm.of(), new long[] {4}, 2, ElementType.F32);
        bench.w("gamma").fill(1);
        bench.w("beta").fill(0);
        bench.x().set(new double[] {1e30, 2e30, -1e30, 5e29, 1, 2, -1, 0.5});
        double[] y = bench.forward();
        double[] expected = {0.346410, 1.270171, -1.501111, -0.115470};
        for (int i = 0; i < 4; i++) {
            assertThat(y[i]).isCloseTo(expected[i], within(1e-5));
            assertThat(y[4 + i]).as("an ordinary row beside it").isCloseTo(expected[i], within(1e-4));
        }
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aLargestPixelIsTheLargestHoweverLargeTheOthersAre(ElementType type) {
        double far = type == ElementType.F32 ? 2e38 : 1e308;
        Bench bench = new Bench(MaxPool2d.of(2), new long[] {2, 4, 1}, 1, type);
        for (double[] pair : new double[][] {{far, far}, {-far, -far}, {-far, 1}, {Double.NEGATIVE_INFINITY, 1}, {Double.POSITIVE_INFINITY, far}}) {
            bench.x().set(new double[] {pair[0], pair[0], 1, 2, pair[0], pair[1], 3, 4});
            double expected = bench.x().toDoubles()[pair[0] > pair[1] ? 0 : 5];
            assertThat(bench.forward()).containsExactly(expected, 4);
        }
        bench.x().set(new double[] {1, Double.NaN, 1, 2, 3, 4, 3, 4});
        assertThat(bench.forward()[0]).isNaN();
    }
}
