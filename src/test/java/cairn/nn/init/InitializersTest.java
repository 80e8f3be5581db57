package cairn.nn.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.nn.Network;
import cairn.nn.layer.Dense;
import cairn.random.Key;
import cairn.state.ElementType;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {
    private static final Key KEY = Key.of(42).fold("init").fold("0.dense/weight");
    private static final long[] LARGE = {100, 200};

    /** The values for the shape [100, 200]. */
    record Case(Initializer init, RealDistribution distribution) {
        @Override
        public String toString() {
            return init.toString();
        }
    }

    static List<Case> drawn() {
        double glorot = 2.0 / 300;
        return List.of(
                new Case(new Uniform(-1, 3), new UniformRealDistribution(-1, 3)),
                new Case(new Normal(2, 0.5), new NormalDistribution(2, 0.5)),
                new Case(Glorot.of(), new UniformRealDistribution(-Math.sqrt(3 * glorot), Math.sqrt(3 * glorot))),
                new Case(new Glorot(Glorot.Distribution.NORMAL), new NormalDistribution(0, Math.sqrt(glorot))),
                new Case(new He(), new NormalDistribution(0, Math.sqrt(2.0 / 100))),
                new Case(new Lecun(), new NormalDistribution(0, Math.sqrt(1.0 / 100))));
    }

    @ParameterizedTest
    @MethodSource("drawn")
    void valuesHaveTheDeclaredDistribution(Case c) {
        double[] values = c.init.values(LARGE, KEY);
        assertThat(values).hasSize(20_000);
        // The test refuses a true sample for one key in a thousand; the key is fixed.
        assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(c.distribution, values)).isGreaterThan(0.001);
        DescriptiveStatistics s = new DescriptiveStatistics(values);
        double deviation = Math.sqrt(c.distribution.getNumericalVariance());
        assertThat(s.getMean()).isCloseTo(c.distribution.getNumericalMean(), within(4 * deviation / Math.sqrt(20_000)));
        assertThat(s.getStandardDeviation()).isCloseTo(deviation, within(0.02 * deviation));
    }

    @ParameterizedTest
    @MethodSource("drawn")
    void valuesArePureInKeyAndShape(Case c) {
        double[] values = c.init.values(LARGE, KEY);
        assertThat(c.init.values(LARGE, KEY)).isEqualTo(values);
        assertThat(c.init.values(LARGE, KEY.fold(1))).isNotEqualTo(values);
    }

    /** Also one that computes its values only together. */
    @Test
    void aPortionHasTheValuesOfTheWhole() {
        List<Initializer> all = new ArrayList<>(drawn().stream().map(Case::init).toList());
        all.addAll(List.of(new Zeros(), new Constant(0.1), new TruncatedNormal(1, 2), Orthogonal.of()));
        for (Initializer init : all) {
            double[] values = init.values(LARGE, KEY);
            LongToDoubleFunction at = init.at(LARGE, KEY);
            assertThat(IntStream.range(0, values.length).mapToDouble(at::applyAsDouble).toArray()).as(init.toString()).isEqualTo(values);
        }
    }

    @Test
    void anInitializerWithTooFewOrTooManyValuesIsRefused() {
        for (int count : new int[] {5, 7}) {
            Initializer wrong = (shape, key) -> new double[count];
            assertThatThrownBy(() -> wrong.at(new long[] {2, 3}, KEY)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(count + " values for a tensor of 6");
        }
    }

    /** A tensor of 32 MB as doubles, of which no copy lies in Java's memory. */
    @Test
    void theWeightsOfALargeTensorAreDrawnInPortions() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = new long[2];
        for (int i = 0; i < 2; i++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            new Network(Dense.of(2000), new long[] {2000}, ElementType.F32, KEY);
            allocated[i] = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        // The second network, because the first one loads classes.
        assertThat(allocated[1]).isLessThan(4_000_000);
    }

    /** A change of the bits of initial weights must be noticed: the first three values of a [2, 3], as printed when they were fixed. */
    @Test
    void theBitsNeverChange() {
        Map<Initializer, double[]> first = new LinkedHashMap<>();
        first.put(new Uniform(-1, 3), new double[] {1.0408087842411304, -0.9335482321218271, 1.0701215612287451});
        first.put(new Normal(2, 0.5), new double[] {2.012787950573927, 0.935328447397306, 2.0219781615018633});
        first.put(Glorot.of(), new double[] {0.022351891673228375, -1.0590479827573598, 0.03840716085246343});
        first.put(new Glorot(Glorot.Distribution.NORMAL), new double[] {0.016175620167706878, -1.3467148264849131, 0.027800419651566183});
        first.put(new He(), new double[] {0.025575901147854276, -2.129343105205388, 0.04395632300372687});
        first.put(new Lecun(), new double[] {0.018084893136604566, -1.50567294916355, 0.031081814071961505});
        first.put(new TruncatedNormal(0, 1), new double[] {0.024411954187167805, -1.767082807412438, 0.041955096775218956});
        first.put(Orthogonal.of(), new double[] {0.012007745423308291, -0.9997149182885383, 0.020637252752978372});
        SoftAssertions.assertSoftly(s -> first.forEach((init, expected) ->
                s.assertThat(Arrays.copyOf(init.values(new long[] {2, 3}, KEY), 3)).as(init.toString()).isEqualTo(expected)));
    }

    @Test
    void constantsAreConstant() {
        assertThat(new Zeros().values(new long[] {2, 3}, KEY)).hasSize(6).containsOnly(0);
        assertThat(new Constant(0.1).values(new long[] {4}, KEY)).hasSize(4).containsOnly(0.1);
    }

    @Test
    void truncatedNormalIsNormalWithinTwoDeviations() {
        double[] values = new TruncatedNormal(1, 0.5).values(LARGE, KEY);
        DescriptiveStatistics s = new DescriptiveStatistics(values);
        assertThat(s.getMin()).isGreaterThan(0).isLessThan(0.05);
        assertThat(s.getMax()).isLessThan(2).isGreaterThan(1.95);
        // The deviation of a standard normal cut at 2: √(1 - 4φ(2) / (2Φ(2) - 1)).
        NormalDistribution normal = new NormalDistribution();
        double within = normal.cumulativeProbability(2) - normal.cumulativeProbability(-2);
        double deviation = 0.5 * Math.sqrt(1 - 4 * normal.density(2) / within);
        assertThat(deviation / 0.5).isCloseTo(0.8796, within(1e-4));
        assertThat(s.getMean()).isCloseTo(1, within(4 * deviation / Math.sqrt(20_000)));
        assertThat(s.getStandardDeviation()).isCloseTo(deviation, within(0.02 * deviation));
        double[] levels = DoubleStream.of(values)
                .map(v -> (normal.cumulativeProbability((v - 1) / 0.5) - normal.cumulativeProbability(-2)) / within).toArray();
        assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), levels)).isGreaterThan(0.001);
    }

    @Test
    void fansOfAKernelCountItsWindow() {
        assertThat(Initializer.fanIn(3, 5, 4, 8)).isEqualTo(60);
        assertThat(Initializer.fanOut(3, 5, 4, 8)).isEqualTo(120);
        assertThat(Initializer.fanIn(7, 2)).isEqualTo(7);
        assertThat(Initializer.fanOut(7, 2)).isEqualTo(2);
        double deviation = new DescriptiveStatistics(new He().values(new long[] {5, 5, 8, 64}, KEY)).getStandardDeviation();
        assertThat(deviation).isCloseTo(Math.sqrt(2.0 / 200), within(0.02 * Math.sqrt(2.0 / 200)));
    }

    @Test
    void orthogonalHasOrthonormalColumnsOrRows() {
        for (long[] shape : new long[][] {{6, 6}, {9, 4}, {4, 9}, {3, 3, 2, 5}, {1, 1, 3, 8}, {1, 1}, {5}}) {
            double[] values = new Orthogonal(1.5).values(shape, KEY);
            int columns = (int) shape[shape.length - 1];
            int rows = values.length / columns;
            boolean tall = rows >= columns;
            for (int a = 0; a < Math.min(rows, columns); a++) {
                for (int b = 0; b <= a; b++) {
                    double product = 0;
                    for (int k = 0; k < Math.max(rows, columns); k++) {
                        product += tall ? values[k * columns + a] * values[k * columns + b]
                                : values[a * columns + k] * values[b * columns + k];
                    }
                    assertThat(product).as(Arrays.toString(shape)).isCloseTo(a == b ? 2.25 : 0, within(1e-12));
                }
            }
        }
    }

    /** Without the sign of R's diagonal the first entry would always be negative. */
    @Test
    void orthogonalIsNotBiasedInSign() {
        long positive = 0;
        for (int i = 0; i < 400; i++) {
            positive += new Orthogonal(1).values(new long[] {3, 3}, KEY.fold(i))[0] > 0 ? 1 : 0;
        }
        assertThat(positive).isBetween(160L, 240L);
    }

    @Test
    void wrongSettingsAreRefusedByName() {
        assertThatThrownBy(() -> new Uniform(1, 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("low");
        assertThatThrownBy(() -> new Normal(0, 0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("std");
        assertThatThrownBy(() -> new TruncatedNormal(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mean");
        assertThatThrownBy(() -> new Constant(Double.NaN)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("value");
        assertThatThrownBy(() -> new Orthogonal(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("gain");
    }
}
