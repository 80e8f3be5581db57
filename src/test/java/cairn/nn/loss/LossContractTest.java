package cairn.nn.loss;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import cairn.nn.Loss;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.nn.layer.Held;
import cairn.nn.layer.Reshape;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of {@link Loss}, for every loss, and its values in PyTorch. A new loss is one line of {@link #losses}. */
@Tag("device")
class LossContractTest {
    private static final Key KEY = Key.of(3);
    private static final GoldenValues GOLDEN = GoldenValues.of("losses");

    /** @param real whether any real number can be a target; otherwise targets are from 0 to 1, and those of classes sum to 1 */
    record Case(Loss loss, boolean real) {
        double[] targets(int rows, int outputs) {
            double[] t = Samples.numbers((long) rows * outputs, "target");
            if (!real) {
                for (int i = 0; i < rows; i++) {
                    double sum = 0;
                    for (int j = 0; j < outputs; j++) {
                        t[i * outputs + j] = Math.abs(t[i * outputs + j]);
                        sum += t[i * outputs + j];
                    }
                    for (int j = 0; j < outputs; j++) {
                        t[i * outputs + j] /= sum;
                    }
                }
            }
            return t;
        }

        @Override
        public String toString() {
            return loss.toString();
        }
    }

    static List<Case> losses() {
        return List.of(
                new Case(SoftmaxCrossEntropy.of(), false),
                new Case(new SoftmaxCrossEntropy(0.1, List.of(0.5, 2.0, 1.0)), false),
                new Case(new SigmoidCrossEntropy(), false),
                new Case(new MeanSquaredError(), true),
                new Case(new MeanAbsoluteError(), true),
                new Case(Huber.of(), true),
                new Case(new Huber(0.3), true));
    }

    /** A loss whose predictions are a parameter. */
    private static final class Predicted {
        private final ParameterVector gradient;
        private final Program wired;
        private final Network network;

        Predicted(Loss loss, ElementType type, int rows, double[] predictions, double[] targets) {
            network = new Network(new Held(rows), new long[] {predictions.length / rows}, type, KEY);
            gradient = new ParameterVector(network.parameters().layout(), type);
            wired = network.training(rows, loss, gradient);
            x().set(predictions);
            wired.target().set(targets);
        }

        Array x() {
            return network.parameters().flat();
        }

        double[] rowLosses() {
            wired.forward(KEY);
            return wired.rowLoss().toDoubles();
        }

        double[] gradient(double weight) {
            wired.backward(KEY, weight);
            return gradient.flat().toDoubles();
        }
    }

    private static Predicted predicted(Case c, ElementType type) {
        return new Predicted(c.loss, type, 4, Samples.numbers(12, "prediction"), c.targets(4, 3));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void theGradientIsThatOfDifferenceQuotients(Case c) {
        Predicted t = predicted(c, ElementType.F64);
        double[] x = t.x().toDoubles();
        double h = 1e-4;
        double[] quotients = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            for (double[] p : new double[][] {{-2, 1}, {-1, -8}, {1, 8}, {2, -1}}) {
                double[] moved = x.clone();
                moved[i] += p[0] * h;
                t.x().set(moved);
                quotients[i] += p[1] * DoubleStream.of(t.rowLosses()).sum() / (12 * h);
            }
        }
        t.x().set(x);
        t.rowLosses();
        assertClose("gradient", t.gradient(1), quotients, 1e-6, 1e-3);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void theSumAndTheWeightAreTheNetworks(Case c) {
        Predicted t = predicted(c, ElementType.F64);
        double[] rows = t.rowLosses();
        assertClose("sum", new double[] {t.wired.lossSum().value()}, new double[] {DoubleStream.of(rows).sum()}, 1e-14, 1);
        double[] whole = t.gradient(1);
        assertClose("quarter", t.gradient(0.25), DoubleStream.of(whole).map(v -> v / 4).toArray(), 1e-14, 1e-3);
        assertThat(t.gradient(1)).isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aRowsLossDependsOnThatRowAlone(Case c) {
        Predicted t = predicted(c, ElementType.F64);
        double[] before = t.rowLosses();
        double[] moved = t.x().toDoubles();
        moved[0] += 1;
        t.x().set(moved);
        double[] after = t.rowLosses();
        assertThat(after[0]).isNotEqualTo(before[0]);
        assertThat(Arrays.copyOfRange(after, 1, 4)).isEqualTo(Arrays.copyOfRange(before, 1, 4));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void floatAgreesWithDoubleAndRepeatsItsBits(Case c) {
        Predicted narrow = predicted(c, ElementType.F32);
        Predicted wide = predicted(c, ElementType.F64);
        double[] rows = narrow.rowLosses();
        assertClose("row losses", rows, wide.rowLosses(), 1e-5, 0.1);
        double[] gradient = narrow.gradient(0.25);
        assertClose("gradient", gradient, wide.gradient(0.25), 1e-5, 0.1);
        Predicted again = predicted(c, ElementType.F32);
        assertThat(again.rowLosses()).isEqualTo(rows);
        assertThat(again.gradient(0.25)).isEqualTo(gradient);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void anImagesNumbersAreOutputsLikeAnyOther(Case c) {
        Network images = new Network(new Reshape(List.of(3, 1)), new long[] {3}, ElementType.F64, KEY);
        Program wired = images.evaluation(4, c.loss, images.parameters());
        wired.x().set(Samples.numbers(12, "prediction"));
        wired.target().set(c.targets(4, 3));
        wired.forward(KEY);
        assertThat(wired.rowLoss().toDoubles()).isEqualTo(predicted(c, ElementType.F64).rowLosses());
    }

    @ParameterizedTest
    @MethodSource("losses")
    void hugePredictionsGiveFiniteLossesAndGradients(Case c) {
        double[] huge = {1e4, -1e4, 0, 300, -300, 200, -745, 710, 709, 0, 0, 0};
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Predicted t = new Predicted(c.loss, type, 4, huge, c.targets(4, 3));
            assertThat(DoubleStream.of(t.rowLosses()).allMatch(Double::isFinite)).isTrue();
            assertThat(DoubleStream.of(t.gradient(1)).allMatch(Double::isFinite)).isTrue();
        }
    }

    /** A difference of logits that is no number of the type any more, and a logit of minus infinity: PyTorch gives 0, and infinity. */
    @Test
    void aLogitFarBelowTheOthersCostsNothingUnlessItIsTheLabel() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            double far = type == ElementType.F32 ? 2e38 : 1e308;
            double infinite = Double.POSITIVE_INFINITY;
            double[] logits = {far, -far, far, -far, 1, -infinite, 1, -infinite};
            double[] targets = {1, 0, 0, 1, 1, 0, 0, 1};
            Predicted t = new Predicted(SoftmaxCrossEntropy.of(), type, 4, logits, targets);
            assertThat(DoubleStream.of(t.rowLosses()).map(loss -> loss + 0.0)).containsExactly(0.0, infinite, 0.0, infinite);
            assertThat(t.gradient(1)).containsExactly(0, 0, 1, -1, 0, 0, 1, -1);
        }
    }

    /** From 1e-30 to 1e38: the loss and the gradient are those of the formula in double, with the difference to the largest logit. */
    @Test
    void softmaxCrossEntropyIsThatOfItsFormulaForLogitsOfEverySize() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int exponent = -30; exponent <= 37; exponent++) {
                double scale = Math.pow(10, exponent);
                double[] logits = Samples.numbers(12, "logit");
                double[] targets = new double[12];
                for (int i = 0; i < 12; i++) {
                    logits[i] = (float) (logits[i] * scale);
                    targets[i] = i % 4 == 0 || i == 9 ? 1 : 0;
                }
                Predicted t = new Predicted(SoftmaxCrossEntropy.of(), type, 4, logits, targets);
                double[] losses = t.rowLosses();
                double[] gradient = t.gradient(1);
                for (int row = 0; row < 4; row++) {
                    double[] x = Arrays.copyOfRange(logits, 3 * row, 3 * row + 3);
                    double max = DoubleStream.of(x).max().orElseThrow();
                    double sum = DoubleStream.of(x).map(v -> Math.exp(v - max)).sum();
                    double loss = 0;
                    for (int k = 0; k < 3; k++) {
                        loss -= targets[3 * row + k] == 0 ? 0 : x[k] - max - Math.log(sum);
                        assertThat(gradient[3 * row + k]).isCloseTo(Math.exp(x[k] - max) / sum - targets[3 * row + k],
                                within(type == ElementType.F32 ? 2e-6 : 1e-13));
                    }
                    assertThat(losses[row]).as("10^%d", exponent)
                            .isCloseTo(loss, within((type == ElementType.F32 ? 1e-6 : 1e-14) * (1 + Math.abs(loss))));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aNanIsSeenInTheLoss(Case c) {
        Predicted t = predicted(c, ElementType.F32);
        t.x().view(4, 1).fill(Double.NaN);
        double[] rows = t.rowLosses();
        assertThat(rows[1]).isNaN();
        assertThat(t.wired.lossSum().value()).isNaN();
        assertThat(rows[0]).isFinite();
    }

    // --- PyTorch

    private static void assertGolden(Loss loss, String name, String predictions, double[] targets, double denominator) {
        GoldenValues c = GOLDEN.under(name);
        int rows = (int) c.shape(predictions)[0];
        Predicted t = new Predicted(loss, ElementType.F64, rows, c.flat(predictions), targets);
        // The mean of each row where PyTorch gives all elements; otherwise its row losses.
        double[] elements = c.flat("elements");
        double[] expected = new double[rows];
        int each = elements.length / rows;
        for (int i = 0; i < elements.length; i++) {
            expected[i / each] += elements[i] / each;
        }
        assertClose(name + " rows", t.rowLosses(), expected, 1e-9, 1e-6);
        assertClose(name, new double[] {t.wired.lossSum().value() / denominator}, new double[] {c.number("value")}, 1e-9, 1e-6);
        assertClose(name + " gradient", t.gradient(1 / denominator), c.flat("gradient"), 1e-9, 1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-entropy", "cross-entropy-smoothing", "cross-entropy-weights", "cross-entropy-smoothing-weights",
        "cross-entropy-huge", "cross-entropy-huge-wrong"})
    void softmaxCrossEntropyEqualsPyTorch(String name) {
        GoldenValues c = GOLDEN.under(name);
        double smoothing = c.has("label-smoothing") ? c.number("label-smoothing") : 0;
        List<Double> weights = c.has("class-weights") ? DoubleStream.of(c.flat("class-weights")).boxed().toList() : List.of();
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(smoothing, weights);
        int[] labels = c.integers("labels");
        int classes = (int) c.shape("logits")[1];
        double[] written = new double[labels.length * classes];
        double[] targets = new double[written.length];
        double denominator = 0;
        for (int i = 0; i < labels.length; i++) {
            loss.target(labels[i], classes, written, i * classes);
            denominator += loss.weight(labels[i]);
            for (int k = 0; k < classes; k++) {
                double w = weights.isEmpty() ? 1 : weights.get(k);
                targets[i * classes + k] = w * ((k == labels[i] ? 1 - smoothing : 0) + smoothing / classes);
            }
        }
        assertThat(written).isEqualTo(targets);
        assertGolden(loss, name, "logits", targets, denominator);
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary-cross-entropy", "binary-cross-entropy-huge"})
    void sigmoidCrossEntropyEqualsPyTorch(String name) {
        assertGolden(new SigmoidCrossEntropy(), name, "logits", GOLDEN.under(name).flat("targets"), 5);
    }

    @Test
    void elementwiseLossesEqualPyTorch() {
        assertGolden(new MeanSquaredError(), "mean-squared-error", "y", GOLDEN.flat("mean-squared-error.targets"), 5);
        assertGolden(new MeanAbsoluteError(), "mean-absolute-error", "y", GOLDEN.flat("mean-absolute-error.targets"), 5);
        assertGolden(new Huber(1), "huber", "y", GOLDEN.flat("huber.targets"), 5);
        assertGolden(new Huber(0.5), "huber-half", "y", GOLDEN.flat("huber-half.targets"), 5);
    }

    // --- single losses

    @Test
    void equalLogitsCostTheLogarithmOfTheClasses() {
        for (double logit : new double[] {0, 1e4, -1e4}) {
            double[] logits = new double[10];
            Arrays.fill(logits, logit);
            double[] oneHot = new double[10];
            oneHot[3] = 1;
            Predicted t = new Predicted(SoftmaxCrossEntropy.of(), ElementType.F32, 1, logits, oneHot);
            assertClose("ln 10", t.rowLosses(), new double[] {Math.log(10)}, 1e-6, 0);
        }
    }

    @Test
    void targetsOfALabelAreOneHotUnlessSmoothedOrWeighted() {
        double[] into = new double[5];
        new MeanSquaredError().target(2, 4, into, 1);
        assertThat(into).containsExactly(0, 0, 0, 1, 0);
        double[] smoothed = new double[4];
        new SoftmaxCrossEntropy(0.5, List.of()).target(1, 4, smoothed, 0);
        assertThat(smoothed).containsExactly(0.125, 0.625, 0.125, 0.125);
        assertThat(new SoftmaxCrossEntropy(0, List.of(3.0, 5.0)).weight(1)).isEqualTo(5);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> SoftmaxCrossEntropy.of().check(10, 9)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 outputs").hasMessageContaining("9 classes");
        assertThatThrownBy(() -> SoftmaxCrossEntropy.of().check(1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs classes");
        assertThatThrownBy(() -> new SoftmaxCrossEntropy(0, List.of(1.0)).check(2, 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("class-weights: expected 2 numbers").hasMessageContaining("found 1");
        assertThatThrownBy(() -> new SoftmaxCrossEntropy(1, List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label-smoothing").hasMessageContaining("1.0");
        assertThatThrownBy(() -> new SoftmaxCrossEntropy(0, List.of(-1.0))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("class-weights");
        assertThatThrownBy(() -> new Huber(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("delta");
    }
}
