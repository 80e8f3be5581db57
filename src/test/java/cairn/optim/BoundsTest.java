package cairn.optim;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.ElementType;
import cairn.tensor.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rule says of its growth is true: no number that an update makes exceeds the bounds, whatever it begins with. */
@Tag("device")
class BoundsTest {
    private static final int SIZE = 40;
    private static final int UPDATES = 60;

    static List<Optimizer> rules() {
        return OptimizerContractTest.cases().flatMap(c -> List.of(c.rule(), c.decayed()).stream()).distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void noNumberExceedsItsBound(Optimizer rule) {
        Random random = new Random(5);
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int trial = 0; trial < 30; trial++) {
                follow(rule, type, random, -40 + 2 * trial);
            }
        }
    }

    /** Gradients around 10^exponent, which are 0 now and then and vary over several powers of ten. */
    private static void follow(Optimizer rule, ElementType type, Random random, int exponent) {
        Wired w = new Wired(rule, type, numbers(random, exponent / 2));
        Bounds bounds = new Bounds(rule.slots().size());
        for (int i = 0; i < rule.slots().size(); i++) {
            bounds.setVector(i, 0);
        }
        bounds.measured(largest(w.theta()));
        for (int t = 1; t <= UPDATES; t++) {
            double[] g = numbers(random, exponent - (t > UPDATES / 2 ? 12 : 0));
            double lr = random.nextInt(5) == 0 ? 0 : Math.pow(10, random.nextInt(6) - 4);
            w.step(lr, t, g);
            bounds.begin(type == ElementType.F32 ? largestFloat(g) : largest(g));
            rule.bound(bounds, lr);
            if (!(bounds.largest() < Float.MAX_VALUE)) {
                return;
            }
            assertThat(largest(w.theta())).as("weights, update %d at 10^%d", t, exponent).isLessThanOrEqualTo(bounds.weights());
            for (int i = 0; i < rule.slots().size(); i++) {
                assertThat(largest(w.slot(rule.slots().get(i)))).as("vector %d, update %d at 10^%d", i, t, exponent)
                        .isLessThanOrEqualTo(bounds.vector(i));
            }
        }
    }

    /** So a training measures its vectors once and not again, for years: with gradients around 1, after a million updates. */
    @ParameterizedTest
    @MethodSource("rules")
    void anOrdinaryTrainingStaysWithinItsBounds(Optimizer rule) {
        Bounds bounds = new Bounds(rule.slots().size());
        for (int i = 0; i < rule.slots().size(); i++) {
            bounds.setVector(i, 1);
        }
        bounds.measured(1);
        double decay = rule.learningRate() * 0.2;
        long updates = (long) Math.min(1e6, 10 / decay);
        for (long t = 0; t < updates; t++) {
            bounds.begin(1);
            rule.bound(bounds, rule.learningRate());
        }
        assertThat(bounds.largest()).isLessThan(Float.MAX_VALUE / 8);
    }

    /** An update whose numbers overflow is never said to be safe. */
    @ParameterizedTest
    @MethodSource("rules")
    void whatOverflowsExceedsTheLargestFloat(Optimizer rule) {
        Random random = new Random(6);
        int overflows = 0;
        for (int exponent = 10; exponent <= 38; exponent++) {
            for (double lr : new double[] {1e-10, 1e-3, 1, 1e10, 1e38}) {
                double[] theta = numbers(random, random.nextInt(40) - 2);
                Wired w = new Wired(rule, ElementType.F32, theta);
                Bounds bounds = new Bounds(rule.slots().size());
                for (int i = 0; i < rule.slots().size(); i++) {
                    bounds.setVector(i, 0);
                }
                bounds.measured(largest(w.theta()));
                double[] g = numbers(random, exponent);
                w.step(lr, 1, g);
                bounds.begin(largestFloat(g));
                rule.bound(bounds, (float) lr);
                boolean isFinite = DoubleStream.concat(Arrays.stream(w.values()),
                        rule.slots().stream().flatMapToDouble(s -> Arrays.stream(w.slot(s).toDoubles()))).allMatch(Double::isFinite);
                if (!isFinite) {
                    overflows++;
                    assertThat(bounds.largest() <= Float.MAX_VALUE / 8).as("at 10^%d, rate %s", exponent, lr).isFalse();
                }
            }
        }
        // Lion moves by the rate alone.
        assertThat(overflows > 0 || rule instanceof Lion).isTrue();
    }

    @Test
    void aRuleThatSaysNothingIsUnknown() {
        Optimizer rule = new Optimizer() {
            @Override
            public double learningRate() {
                return 1;
            }

            @Override
            public Update wire(Vectors v) {
                return (lr, t) -> { };
            }
        };
        Bounds bounds = new Bounds(0);
        bounds.measured(1);
        bounds.begin(1);
        rule.bound(bounds, 1);
        assertThat(bounds.largest()).isInfinite();
    }

    private static double[] numbers(Random random, int exponent) {
        double[] x = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            x[i] = random.nextInt(4) == 0 ? 0 : random.nextGaussian() * Math.pow(10, exponent - random.nextInt(7));
        }
        return x;
    }

    private static double largest(Array array) {
        return largest(array.toDoubles());
    }

    private static double largest(double... x) {
        return Arrays.stream(x).map(Math::abs).max().orElse(0);
    }

    private static double largestFloat(double... x) {
        return Arrays.stream(x).map(v -> Math.abs((float) v)).max().orElse(0);
    }
}
