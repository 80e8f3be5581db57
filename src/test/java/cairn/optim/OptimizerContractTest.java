package cairn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.StatePath;
import cairn.tensor.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every optimizer must do. A new rule is one line of {@link #cases}. */
@Tag("device")
class OptimizerContractTest {

    /**
     * One rule with settings.
     *
     * @param golden its case in the golden values; the rule must have the learning rate of that case
     * @param decayed the same rule with weight decay
     * @param descends a learning rate that finds a minimum (it falls to 0 on the way)
     */
    record Case(String golden, Optimizer rule, Optimizer decayed, double descends, Supplier<PlainRules.Plain> plain) {
        @Override
        public String toString() {
            return golden;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
            new Case("sgd", Sgd.of(0.05), new Sgd(0.05, 0.1), 0.2, PlainRules::sgd),
            new Case("sgd-weight-decay", new Sgd(0.05, 0.1), new Sgd(0.05, 0.2), 0, () -> PlainRules.coupled(0.1, PlainRules.sgd())),
            new Case("momentum", Momentum.of(0.02), new Momentum(0.02, 0.9, 0.1), 0.05, () -> PlainRules.momentum(0.9, false)),
            new Case("momentum-weight-decay", new Momentum(0.02, 0.9, 0.1), new Momentum(0.02, 0.9, 0.2), 0,
                    () -> PlainRules.coupled(0.1, PlainRules.momentum(0.9, false))),
            new Case("nesterov", Nesterov.of(0.02), new Nesterov(0.02, 0.9, 0.1), 0.05, () -> PlainRules.momentum(0.9, true)),
            new Case("nesterov-weight-decay", new Nesterov(0.02, 0.9, 0.1), new Nesterov(0.02, 0.9, 0.2), 0,
                    () -> PlainRules.coupled(0.1, PlainRules.momentum(0.9, true))),
            new Case("rmsprop", RmsProp.of(0.01), new RmsProp(0.01, 0.99, 1e-8, 0.1), 0.05, () -> PlainRules.rmsProp(0.99, 1e-8)),
            new Case("adagrad", AdaGrad.of(0.1), new AdaGrad(0.1, 1e-10, 0.1), 0.5, () -> PlainRules.adaGrad(1e-10)),
            new Case("adam", Adam.of(0.05), new Adam(0.05, 0.9, 0.999, 1e-8, 0.1), 0.1, () -> PlainRules.adam(0.9, 0.999, 1e-8, false)),
            new Case("adam-epsilon", new Adam(0.05, 0.9, 0.999, 1e-3, 0), new Adam(0.05, 0.9, 0.999, 1e-3, 0.1), 0.1,
                    () -> PlainRules.adam(0.9, 0.999, 1e-3, false)),
            new Case("adam-weight-decay", new Adam(0.05, 0.9, 0.999, 1e-8, 0.1), new Adam(0.05, 0.9, 0.999, 1e-8, 0.2), 0,
                    () -> PlainRules.coupled(0.1, PlainRules.adam(0.9, 0.999, 1e-8, false))),
            new Case("adamw", AdamW.of(0.05), new AdamW(0.05, 0.9, 0.999, 1e-8, 0.1), 0,
                    () -> PlainRules.adamW(0.9, 0.999, 1e-8, 0.01)),
            new Case("amsgrad", new AmsGrad(0.05, 0.9, 0.9, 1e-8, 0), new AmsGrad(0.05, 0.9, 0.9, 1e-8, 0.1), 0.1,
                    () -> PlainRules.adam(0.9, 0.9, 1e-8, true)),
            new Case("nadam", NAdam.of(0.05), new NAdam(0.05, 0.9, 0.999, 1e-8, 4e-3, 0.1), 0.1,
                    () -> PlainRules.nAdam(0.9, 0.999, 1e-8, 4e-3)),
            new Case("lion", Lion.of(0.02), new Lion(0.02, 0.9, 0.99, 0.1), 0.05, () -> PlainRules.lion(0.9, 0.99, 0)),
            new Case("lion-weight-decay", new Lion(0.02, 0.9, 0.99, 0.1), new Lion(0.02, 0.9, 0.99, 0.2), 0,
                    () -> PlainRules.lion(0.9, 0.99, 0.1)));
    }

    /** The cases whose fixed point is the minimum of the loss itself. */
    static Stream<Case> withoutDecay() {
        return cases().filter(c -> c.descends() > 0);
    }

    private static final GoldenValues GOLDEN = GoldenValues.of("optimizers");
    private static final double[] THETA = GOLDEN.vector("inputs.theta");
    private static final double[] LR_FACTOR = GOLDEN.vector("inputs.lr-factor");
    private static final double[][] GRADIENT = GOLDEN.rows("inputs.gradient");

    @Test
    void everyGoldenCaseIsTested() {
        assertThat(GOLDEN.cases().stream().filter(c -> !c.equals("inputs")))
                .containsExactlyElementsOf(cases().map(Case::golden).toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsThePublishedFormulaWrittenAsAPlainLoop(Case c) {
        Wired f64 = new Wired(c.rule(), ElementType.F64, THETA);
        Wired f32 = new Wired(c.rule(), ElementType.F32, THETA);
        double[] plain = THETA.clone();
        PlainRules.Plain loop = c.plain().get();
        for (int k = 0; k < 20; k++) {
            double lr = c.rule().learningRate() * LR_FACTOR[k];
            loop.step(plain, GRADIENT[k], lr, k + 1);
            f64.step(lr, k + 1, GRADIENT[k]);
            f32.step(lr, k + 1, GRADIENT[k]);
            requireClose(f64.values(), plain, 1e-12);
            requireClose(f32.values(), plain, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsPyTorchOverTwentySteps(Case c) {
        GoldenValues golden = GOLDEN.under(c.golden());
        assertThat(c.rule().learningRate()).isEqualTo(golden.number("lr"));
        double[][] matrix = GOLDEN.rows("inputs.matrix");
        Wired fixed = new Wired(c.rule(), ElementType.F64, THETA);
        Wired quadratic = new Wired(c.rule(), ElementType.F64, THETA);
        for (int k = 0; k < 20; k++) {
            double lr = c.rule().learningRate() * LR_FACTOR[k];
            fixed.step(lr, k + 1, GRADIENT[k]);
            requireClose(fixed.values(), golden.rows("fixed.theta")[k], 1e-10);
            quadratic.step(lr, k + 1, times(matrix, quadratic.values()));
            requireClose(quadratic.values(), golden.rows("quadratic.theta")[k], 1e-10);
        }
    }

    @ParameterizedTest
    @MethodSource("withoutDecay")
    void reachesTheOptimumOfAParabola(Case c) {
        double[] optimum = {1, -2, 0.5};
        double[] curvature = {1, 4, 0.5};
        Wired w = new Wired(c.rule(), ElementType.F64, new double[] {-1, 1, 2});
        for (int k = 0; k < 600; k++) {
            double[] x = w.values();
            double[] g = new double[3];
            for (int i = 0; i < 3; i++) {
                g[i] = curvature[i] * (x[i] - optimum[i]);
            }
            w.step(c.descends() * (1 - k / 600.0), k + 1, g);
        }
        assertThat(w.values()).containsExactly(optimum, within(1e-3));
    }

    /** f(x, y) = (1 - x)² + 100·(y - x²)², from (-1.2, 1), where it is 24.2; at the near end of the valley it is 4. */
    @ParameterizedTest
    @MethodSource("withoutDecay")
    void getsDownIntoTheValleyOfRosenbrockAndOnAlongIt(Case c) {
        Wired w = new Wired(c.rule(), ElementType.F64, new double[] {-1.2, 1});
        boolean steep = c.rule().slots().isEmpty() || c.rule().slots().contains("b");
        double lr = steep ? 0.01 * c.descends() : 0.2 * c.descends();
        for (int k = 0; k < 3000; k++) {
            double x = w.values()[0];
            double y = w.values()[1];
            w.step(lr, k + 1, -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x));
        }
        double x = w.values()[0];
        double y = w.values()[1];
        assertThat((1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)).isLessThan(1);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void splittingTheVectorInTwoChangesNoBit(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            double[] theta = wave(5003, 0.7);
            Wired whole = new Wired(c.rule(), type, theta);
            Wired head = new Wired(c.rule(), type, Arrays.copyOf(theta, 1237));
            Wired tail = new Wired(c.rule(), type, Arrays.copyOfRange(theta, 1237, 5003));
            for (int t = 1; t <= 5; t++) {
                double[] g = wave(5003, 1.3 + t);
                whole.step(0.01, t, g);
                head.step(0.01, t, Arrays.copyOf(g, 1237));
                tail.step(0.01, t, Arrays.copyOfRange(g, 1237, 5003));
            }
            assertThat(whole.values()).containsExactly(join(head.values(), tail.values()));
            for (String slot : c.rule().slots()) {
                assertThat(whole.slot(slot).toDoubles())
                        .containsExactly(join(head.slot(slot).toDoubles(), tail.slot(slot).toDoubles()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aLearningRateOfZeroMovesNothingAndStillAdvancesTheSlots(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            double[] theta = {-0.0, 0.0, 1e-30, -3, 0.1};
            Wired w = new Wired(c.rule(), type, theta);
            byte[] before = bytes(w.theta());
            for (int t = 1; t <= 3; t++) {
                List<byte[]> slots = c.rule().slots().stream().map(s -> bytes(w.slot(s))).toList();
                w.step(0, t, 1, -2 * t, 3, 1e-7, -5);
                assertThat(bytes(w.theta())).isEqualTo(before);
                for (int i = 0; i < slots.size(); i++) {
                    assertThat(bytes(w.slot(c.rule().slots().get(i)))).isNotEqualTo(slots.get(i));
                }
            }
        }
    }

    /** Field bugs 13 and 19: no slot is lost or rounded, and the first resumed update has the same bits. */
    @ParameterizedTest
    @MethodSource("cases")
    void restoredSlotsGiveTheSameBitsAtTheNextUpdate(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Wired unbroken = new Wired(c.decayed(), type, wave(40, 0.7), wave(9, 0.2));
            for (int t = 1; t <= 3; t++) {
                unbroken.step(0.01, t, wave(49, 1.3 + t));
            }
            State saved = State.of(unbroken);
            Wired resumed = new Wired(c.decayed(), type, new double[40], new double[9]);
            saved.into(resumed);
            assertThat(State.of(resumed)).isEqualTo(saved);
            saved.entries().keySet().forEach(path -> assertThat(saved.tensor(path).type()).isEqualTo(type));
            for (int t = 4; t <= 6; t++) {
                unbroken.step(0.01, t, wave(49, 1.3 + t));
                resumed.step(0.01, t, wave(49, 1.3 + t));
                assertThat(State.of(resumed)).isEqualTo(State.of(unbroken));
            }
            assertThat(State.of(resumed)).isNotEqualTo(saved);
        }
    }

    /** Field bug 19: the payload of a NaN and the sign of a zero are part of the bits. */
    @ParameterizedTest
    @MethodSource("cases")
    void slotsKeepNanPayloadsAndNegativeZeros(Case c) {
        for (String slot : c.rule().slots()) {
            Wired w = new Wired(c.rule(), ElementType.F32, new double[4]);
            ByteBuffer odd = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0x7fc12345).putInt(0x80000000).putInt(0xff812345).putInt(1).flip();
            w.slot(slot).copyFrom(odd);
            State saved = State.of(w);
            Wired other = new Wired(c.rule(), ElementType.F32, new double[4]);
            saved.into(other);
            assertThat(bytes(other.slot(slot))).isEqualTo(odd.array());
            assertThat(State.of(other).digest()).isEqualTo(saved.digest());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void weightDecayTouchesOnlyWhatDecays(Case c) {
        assertThat(c.decayed()).isNotEqualTo(c.rule());
        Wired more = new Wired(c.decayed(), ElementType.F64, wave(10, 0.7), wave(6, 0.2));
        Wired less = new Wired(c.rule(), ElementType.F64, wave(10, 0.7), wave(6, 0.2));
        for (int t = 1; t <= 4; t++) {
            double[] g = wave(16, 1.3 + t);
            more.step(0.01, t, g);
            less.step(0.01, t, g);
        }
        for (int i = 0; i < 16; i++) {
            if (i < 10 && !(more.values()[i] == 0)) {
                assertThat(more.values()[i]).isNotEqualTo(less.values()[i]);
            } else {
                assertThat(more.values()[i]).isEqualTo(less.values()[i]);
            }
        }
    }

    /** A million updates later the rules still give finite updates of the right size: nothing in t overflows or divides by 0. */
    @ParameterizedTest
    @MethodSource("cases")
    void worksAtStepsFarBeyondAnyTraining(Case c) {
        for (long t : new long[] {1_000_000, 1L << 31, 1L << 40}) {
            Wired w = new Wired(c.rule(), ElementType.F32, new double[] {1, -1});
            w.step(1e-3, t, 0.5, -0.5);
            assertThat(Math.abs(w.values()[0] - 1)).isBetween(1e-5, 0.05);
            assertThat(w.values()[1]).isEqualTo(-w.values()[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSlotsAreNamedOnceAndAreStatePaths(Case c) {
        assertThat(c.rule().slots()).doesNotHaveDuplicates().allMatch(StatePath::isPath);
        assertThat(c.decayed().slots()).isEqualTo(c.rule().slots());
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aRunIsTheSameBitsTwice(ElementType type) {
        State[] ends = new State[2];
        for (int run = 0; run < 2; run++) {
            Wired w = new Wired(NAdam.of(0.01), type, wave(200_003, 0.7));
            for (int t = 1; t <= 3; t++) {
                w.step(0.01, t, wave(200_003, 1.3 + t));
            }
            ends[run] = State.of(w);
        }
        assertThat(ends[1].digest()).isEqualTo(ends[0].digest());
    }

    /** NAdam's product has no running value to restore: it is a function of t. */
    @Test
    void nAdamsProductOfMomentaIsThatOfTheLoop() {
        for (double psi : new double[] {0, 4e-3, 1}) {
            for (double beta1 : new double[] {0, 0.5, 0.9, 0.999}) {
                NAdam rule = new NAdam(0.01, beta1, 0.999, 1e-8, psi, 0);
                double product = 1;
                for (int t = 1; t <= 3000; t++) {
                    product *= beta1 * (1 - 0.5 * Math.pow(0.96, t * psi));
                    if (t < 20 || t % 100 == 0) {
                        assertThat(rule.product(t)).isCloseTo(product, within(1e-12 * product + 1e-17));
                    }
                }
            }
        }
    }

    private static void requireClose(double[] found, double[] expected, double tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            // Relative to the value; near 0, where a weight is a difference of larger ones, relative to a twentieth.
            assertThat(found[i]).as("weight %d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(Math.abs(expected[i]), 0.05)));
        }
    }

    private static double[] times(double[][] matrix, double[] x) {
        return Arrays.stream(matrix).mapToDouble(row -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += row[i] * x[i];
            }
            return sum;
        }).toArray();
    }

    private static double[] wave(int n, double rate) {
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            w[i] = Math.sin(rate * i + 0.3) * Math.exp(3 * Math.sin(0.1 * i));
        }
        return w;
    }

    private static double[] join(double[] head, double[] tail) {
        double[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }

    private static byte[] bytes(Array a) {
        ByteBuffer b = ByteBuffer.allocate((int) (a.size() * a.type().bytes()));
        a.copyTo(b);
        return b.array();
    }
}
