package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {
    private static final float NAN = Float.NaN;
    /** Sums of a few dozen doubles, in another order than the reference's. */
    private static final double ROUNDING = 1e-12;
    /** The reference's derivatives are central differences. */
    private static final double DIFFERENCED = 1e-8;

    @ParameterizedTest
    @ValueSource(strings = {"never-predicted", "absent"})
    void equalsTheGoldenMetrics(String name) {
        GoldenValues golden = GoldenValues.of("metrics").under(name);
        Evaluation.Classification found = evaluate(golden, 7);

        int classes = golden.integer("classes");
        int[] confusion = golden.integers("confusion");
        for (int label = 0; label < classes; label++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                assertThat(found.confusion().count(label, predicted)).as("label %d predicted as %d", label, predicted)
                        .isEqualTo(confusion[label * classes + predicted]);
            }
        }
        assertThat(found.rows()).isEqualTo(golden.integers("labels").length);
        assertClose(found.loss(), golden.number("loss.value"), golden.vector("loss.interval"), ROUNDING);
        assertClose(found.accuracy(), golden.number("accuracy.value"), golden.vector("accuracy.interval"), ROUNDING);
        assertClose(found.topK(), golden.number("top-k.value"), golden.vector("top-k.interval"), ROUNDING);
        assertClose(found.macroF1(), golden.number("macro-f1.value"), golden.vector("macro-f1.interval"), DIFFERENCED);
        for (int c = 0; c < classes; c++) {
            Evaluation.OfClass each = found.classes().get(c);
            assertThat(each.index()).isEqualTo(c);
            assertThat(each.support()).isEqualTo(golden.integers("support")[c]);
            assertClose(each.precision(), golden.vector("precision.value")[c], golden.rows("precision.interval")[c], ROUNDING);
            assertClose(each.recall(), golden.vector("recall.value")[c], golden.rows("recall.interval")[c], ROUNDING);
            assertClose(each.f1(), golden.vector("f1.value")[c], golden.rows("f1.interval")[c], ROUNDING);
        }
    }

    @Test
    void theCutIntoBatchesDoesNotMatterBitForBit() {
        GoldenValues golden = GoldenValues.of("metrics").under("never-predicted");
        Evaluation.Classification whole = evaluate(golden, 30);
        for (int batch = 1; batch < 30; batch++) {
            assertThat(evaluate(golden, batch)).isEqualTo(whole);
        }
    }

    /** Ten rows, one of them lost: Student's interval of the mean 0.1 is [-0.126, 0.326]; no mean of such losses is below 0. */
    @Test
    void theIntervalOfALossThatIsNeverNegativeBeginsAtZeroAtTheEarliest() {
        assertThat(lossOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 1).interval().low()).isZero();
        assertThat(lossOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 1).interval().high()).isCloseTo(0.326, within(0.001));
        assertThat(lossOf(-0.01, 0, 0, 0, 0, 0, 0, 0, 0, 1).interval().low()).as("this loss can be negative").isNegative();
        assertThat(lossOf(0.5).interval()).isEqualTo(Interval.UNKNOWN);
    }

    private static Estimate lossOf(double... rowLosses) {
        Evaluator evaluator = new Evaluator(2, 1);
        evaluator.add(new float[2 * rowLosses.length], 2, new int[rowLosses.length], rowLosses, rowLosses.length);
        return evaluator.result().loss();
    }

    /** Σ w·l / Σ w; twice the weight is the same mean; the interval is that of a ratio: 1.0 ± t(3)·s/(√4·1.5) with s² = Σ (w·l - w)²/3. */
    @Test
    void theLossOfRowsOfUnequalWeightIsTheirWeightedMean() {
        int[] labels = {0, 0, 1, 1};
        double[] losses = {0.5, 1.5, 1.0, 3.0};
        for (double factor : new double[] {1, 2}) {
            Evaluator evaluator = new Evaluator(2, 1);
            double[] weighted = Arrays.stream(losses).map(l -> factor * l).toArray();
            evaluator.add(new float[8], 2, labels, weighted, label -> factor * (label == 0 ? 1 : 2), 4);
            Estimate loss = evaluator.result().loss();
            assertThat(loss.value()).isCloseTo(1, within(ROUNDING));
            double s = Math.sqrt((0.25 + 0.25 + 1 + 1) / 3);
            assertThat(loss.interval().high()).isCloseTo(1 + 3.182446305284263 * s / (2 * 1.5), within(1e-9));
            assertThat(loss.interval().low()).isCloseTo(1 - 3.182446305284263 * s / (2 * 1.5), within(1e-9));
        }
        Evaluator plain = new Evaluator(2, 1);
        plain.add(new float[8], 2, labels, losses, 4);
        Evaluator ones = new Evaluator(2, 1);
        ones.add(new float[8], 2, labels, losses, label -> 1, 4);
        assertThat(ones.result()).isEqualTo(plain.result());
    }

    @Test
    void ofEqualScoresTheLowerClassRanksHigher() {
        float[] tied = {1, 2, 2, 2};
        assertThat(one(tied, 1, 1).accuracy().value()).isEqualTo(1);
        assertThat(one(tied, 2, 1).accuracy().value()).isEqualTo(0);
        assertThat(one(tied, 2, 2).topK().value()).isEqualTo(1);
        assertThat(one(tied, 3, 2).topK().value()).isEqualTo(0);
        assertThat(one(tied, 3, 3).topK().value()).isEqualTo(1);
        assertThat(one(tied, 0, 3).topK().value()).isEqualTo(0);
        // A model that says the same of every class is right as often as class 0 occurs, not always.
        assertThat(one(new float[4], 0, 1).accuracy().value()).isEqualTo(1);
        assertThat(one(new float[4], 3, 3).topK().value()).isEqualTo(0);
    }

    @Test
    void aRowWithAScoreThatIsNoNumberIsWrongWhereverItStands() {
        float[][] rows = {{NAN, NAN, NAN}, {NAN, 0, 0}, {9, NAN, 0}, {9, 0, NAN}};
        for (float[] row : rows) {
            Evaluation.Classification found = one(row, 0, 3);
            assertThat(found.accuracy().value()).as(Arrays.toString(row)).isEqualTo(0);
            assertThat(found.topK().value()).as(Arrays.toString(row)).isEqualTo(0);
            assertThat(found.confusion().count(0, ConfusionMatrix.NOTHING)).isEqualTo(1);
            assertThat(found.classes().get(0).recall().value()).isEqualTo(0);
            assertThat(found.confusion().predicted(0)).as("charged to no class").isEqualTo(0);
        }
    }

    @Test
    void infiniteScoresAreCompared() {
        assertThat(one(new float[] {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}, 1, 1).accuracy().value()).isEqualTo(1);
    }

    /** By hand: class 0 TP 1, FN 1 (no prediction); class 1 TP 1. F1 are 2/3 and 1. */
    @Test
    void aMissingPredictionCostsRecallAndNoPrecision() {
        Evaluator evaluator = new Evaluator(2, 1);
        evaluator.add(new float[] {1, 0, NAN, 0, 0, 1}, 2, new int[] {0, 0, 1}, new double[3], 3);
        Evaluation.Classification found = evaluator.result();
        assertThat(found.classes().get(0).precision().value()).isEqualTo(1);
        assertThat(found.classes().get(0).recall().value()).isEqualTo(0.5);
        assertThat(found.macroF1().value()).isCloseTo((2 / 3.0 + 1) / 2, within(ROUNDING));
        assertThat(found.macroF1().interval().isKnown()).isTrue();
    }

    @Test
    void aPerfectOrHopelessModelHasNoKnownIntervalOfMacroF1() {
        assertThat(one(new float[] {1, 0}, 0, 1).macroF1()).isEqualTo(Estimate.share(1, Interval.UNKNOWN));
        assertThat(one(new float[] {1, 0}, 1, 1).macroF1()).isEqualTo(Estimate.share(0, Interval.UNKNOWN));
    }

    @Test
    void aLossThatIsNoNumberIsReportedAndNotAveragedAway() {
        Evaluator evaluator = new Evaluator(2, 1);
        evaluator.add(new float[4], 2, new int[2], new double[] {1, Double.NaN}, 2);
        assertThat(evaluator.result().loss()).isEqualTo(Estimate.real(Double.NaN, Interval.UNKNOWN));
    }

    @Test
    void aResultDoesNotChangeWhenMoreIsAdded() {
        Evaluator evaluator = new Evaluator(2, 1);
        evaluator.add(new float[] {1, 0}, 2, new int[] {0}, new double[] {0.5}, 1);
        Evaluation.Classification first = evaluator.result();
        String before = first.toString();
        evaluator.add(new float[] {1, 0}, 2, new int[] {1}, new double[] {2}, 1);
        assertThat(first).hasToString(before);
        assertThat(first.confusion().total()).isEqualTo(1);
        assertThat(evaluator.result()).isNotEqualTo(first);
    }

    @Test
    void whatLiesBeyondTheRowsIsNotRead() {
        Evaluator evaluator = new Evaluator(2, 1);
        evaluator.add(new float[] {1, 0, NAN, NAN}, 2, new int[] {0, 99}, new double[] {0.5, Double.NaN}, 1);
        assertThat(evaluator.result().rows()).isEqualTo(1);
        assertThat(evaluator.result().loss().value()).isEqualTo(0.5);
    }

    @Test
    void theMeasuresAreNamedAsOneWouldPlotThem() {
        assertThat(one(new float[3], 0, 2).measures().keySet()).containsExactly("loss", "accuracy", "top-2", "macro-f1");
        assertThat(one(new float[3], 0, 1).measures().keySet()).containsExactly("loss", "accuracy", "macro-f1");
    }

    @Test
    void aRefusedBatchChangesNothing() {
        Evaluator evaluator = new Evaluator(3, 1);
        evaluator.add(new float[3], 3, new int[1], new double[1], 1);
        Evaluation.Classification before = evaluator.result();
        assertThatThrownBy(() -> evaluator.add(new float[6], 3, new int[] {0, 3}, new double[2], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot evaluate row 1 of the batch: label 3 is not one of the 3 classes 0..2");
        assertThatThrownBy(() -> evaluator.add(new float[5], 3, new int[2], new double[2], 2))
                .hasMessageContaining("expected at least 6 scores, 2 labels and 2 losses, found 5, 2 and 2");
        assertThatThrownBy(() -> evaluator.add(new float[6], 3, new int[1], new double[2], 2)).hasMessageContaining("found 6, 1 and 2");
        assertThatThrownBy(() -> evaluator.add(new float[6], 3, new int[2], new double[1], 2)).hasMessageContaining("found 6, 2 and 1");
        assertThatThrownBy(() -> evaluator.add(new float[4], 2, new int[2], new double[2], 2))
                .hasMessageContaining("scores of 2 classes: this evaluator was made for 3");
        assertThat(evaluator.result()).isEqualTo(before);
    }

    @Test
    void anEvaluationOfNothingIsRefused() {
        assertThatThrownBy(() -> new Evaluator(2, 1).result()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing was evaluated");
        assertThatThrownBy(() -> new Evaluator(3, 5)).hasMessage("top-k needs k from 1 to the number of classes, 3; found 5");
        assertThatThrownBy(() -> new Evaluator(1, 1)).hasMessageContaining("at least 2 classes, found 1");
    }

    private static Evaluation.Classification one(float[] scores, int label, int k) {
        Evaluator evaluator = new Evaluator(scores.length, k);
        evaluator.add(scores, scores.length, new int[] {label}, new double[1], 1);
        return evaluator.result();
    }

    private static Evaluation.Classification evaluate(GoldenValues golden, int batch) {
        int classes = golden.integer("classes");
        float[] scores = golden.floats("scores");
        int[] labels = golden.integers("labels");
        double[] losses = golden.vector("row-losses");
        Evaluator evaluator = new Evaluator(classes, golden.integer("k"));
        for (int from = 0; from < labels.length; from += batch) {
            int to = Math.min(labels.length, from + batch);
            evaluator.add(Arrays.copyOfRange(scores, from * classes, to * classes), classes, Arrays.copyOfRange(labels, from, to),
                    Arrays.copyOfRange(losses, from, to), to - from);
        }
        return evaluator.result();
    }

    static void assertClose(Estimate found, double value, double[] interval, double tolerance) {
        assertThat(found.value()).isCloseTo(value, within(ROUNDING));
        assertThat(found.interval().low()).isCloseTo(interval[0], within(tolerance));
        assertThat(found.interval().high()).isCloseTo(interval[1], within(tolerance));
    }
}
