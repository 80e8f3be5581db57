package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.random.Key;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MultiLabelEvaluatorTest {
    private static final Offset<Double> EXACT = within(1e-15);
    private static final int LABELS = 3;

    /** Rows whose labels occur together more often than by chance, and predictions that are right more often than not. */
    private record Rows(double[] probabilities, float[] targets, double[] losses, int count) {
        static Rows of(int count, Key key) {
            double[] p = new double[LABELS * count];
            float[] t = new float[LABELS * count];
            double[] losses = new double[count];
            for (int row = 0; row < count; row++) {
                double common = key.fold("common").uniform(row);
                for (int label = 0; label < LABELS; label++) {
                    int at = LABELS * row + label;
                    double own = 0.6 * common + 0.4 * key.fold("own").uniform(at);
                    t[at] = own > 0.35 + 0.2 * label ? 1 : 0;
                    p[at] = Math.min(1, Math.max(0, own - 0.2 * label + 0.3 * (key.fold("error").uniform(at) - 0.5) + 0.15));
                }
                losses[row] = key.fold("loss").uniform(row);
            }
            return new Rows(p, t, losses, count);
        }

        Rows without(int row) {
            double[] p = new double[LABELS * (count - 1)];
            float[] t = new float[p.length];
            double[] l = new double[count - 1];
            for (int to = 0, from = 0; from < count; from++) {
                if (from != row) {
                    System.arraycopy(probabilities, LABELS * from, p, LABELS * to, LABELS);
                    System.arraycopy(targets, LABELS * from, t, LABELS * to, LABELS);
                    l[to++] = losses[from];
                }
            }
            return new Rows(p, t, l, count - 1);
        }

        Evaluation.MultiLabel evaluation(int batch) {
            MultiLabelEvaluator evaluator = new MultiLabelEvaluator(LABELS);
            for (int from = 0; from < count; from += batch) {
                int to = Math.min(count, from + batch);
                evaluator.add(Arrays.copyOfRange(probabilities, LABELS * from, LABELS * to),
                        Arrays.copyOfRange(targets, LABELS * from, LABELS * to), Arrays.copyOfRange(losses, from, to), to - from);
            }
            return evaluator.result();
        }
    }

    @Test
    void everyMeasureIsWhatItsFormulaSays() {
        Rows rows = Rows.of(200, Key.of(1));
        Evaluation.MultiLabel found = rows.evaluation(200);
        double macro = 0;
        int hits = 0;
        int concerned = 0;
        int right = 0;
        int exact = 0;
        for (int label = 0; label < LABELS; label++) {
            int tp = 0;
            int fp = 0;
            int fn = 0;
            for (int row = 0; row < 200; row++) {
                boolean is = rows.targets[LABELS * row + label] == 1;
                boolean says = rows.probabilities[LABELS * row + label] >= 0.5;
                tp += is && says ? 1 : 0;
                fp += !is && says ? 1 : 0;
                fn += is && !says ? 1 : 0;
            }
            Evaluation.OfLabel of = found.labels().get(label);
            assertThat(of.support()).isEqualTo(tp + fn);
            assertThat(of.precision().value()).isCloseTo((double) tp / (tp + fp), EXACT);
            assertThat(of.recall().value()).isCloseTo((double) tp / (tp + fn), EXACT);
            assertThat(of.f1().value()).isCloseTo(2.0 * tp / (2 * tp + fp + fn), EXACT);
            assertThat(of.accuracy().value()).isCloseTo((200.0 - fp - fn) / 200, EXACT);
            macro += of.f1().value() / LABELS;
            hits += tp;
            concerned += 2 * tp + fp + fn;
            right += 200 - fp - fn;
        }
        for (int row = 0; row < 200; row++) {
            boolean isExact = true;
            for (int i = LABELS * row; i < LABELS * row + LABELS; i++) {
                isExact &= rows.targets[i] == 1 == rows.probabilities[i] >= 0.5;
            }
            exact += isExact ? 1 : 0;
        }
        assertThat(found.accuracy().value()).isCloseTo(right / 600.0, EXACT);
        assertThat(found.exactMatch().value()).isEqualTo(exact / 200.0);
        assertThat(found.macroF1().value()).isCloseTo(macro, EXACT);
        assertThat(found.microF1().value()).isCloseTo(2.0 * hits / concerned, EXACT);
        assertThat(found.loss().value()).isCloseTo(Arrays.stream(rows.losses).average().orElseThrow(), within(1e-14));
        assertThat(found.measures().keySet()).containsExactly("loss", "accuracy", "exact-match", "macro-f1", "micro-f1");
        found.measures().values().forEach(e -> assertThat(e.interval().contains(e.value())).isTrue());
    }

    @Test
    void theCutIntoBatchesDoesNotMatterBitForBit() {
        Rows rows = Rows.of(23, Key.of(2));
        for (int batch = 1; batch < 23; batch++) {
            assertThat(rows.evaluation(batch)).isEqualTo(rows.evaluation(23));
        }
    }

    /** The jackknife knows nothing of derivatives: the spread of the score if one row after the other is left out. */
    @Test
    void theIntervalsOfF1AreThoseOfTheJackknife() {
        Rows rows = Rows.of(400, Key.of(3));
        Evaluation.MultiLabel all = rows.evaluation(400);
        double[] macro = new double[400];
        double[] micro = new double[400];
        for (int row = 0; row < 400; row++) {
            Evaluation.MultiLabel without = rows.without(row).evaluation(400);
            macro[row] = without.macroF1().value();
            micro[row] = without.microF1().value();
        }
        assertWidth(all.macroF1(), macro);
        assertWidth(all.microF1(), micro);
    }

    private static void assertWidth(Estimate found, double[] leftOut) {
        double mean = Arrays.stream(leftOut).average().orElseThrow();
        double variance = Arrays.stream(leftOut).map(f -> (f - mean) * (f - mean)).sum() * (leftOut.length - 1) / leftOut.length;
        double width = found.interval().high() - found.interval().low();
        assertThat(width).isCloseTo(2 * 1.96 * Math.sqrt(variance), within(0.05 * width));
    }

    @Test
    void aProbabilityOfHalfIsAPredictionAndNaNIsWrong() {
        MultiLabelEvaluator evaluator = new MultiLabelEvaluator(1);
        evaluator.add(new double[] {0.5, Math.nextDown(0.5), Double.NaN, Double.NaN}, new float[] {0.5f, 0.49f, 0, 1}, new double[4], 4);
        Evaluation.OfLabel label = evaluator.result().labels().get(0);
        assertThat(label.support()).isEqualTo(2);
        assertThat(label.accuracy().value()).isEqualTo(0.5);
        assertThat(label.precision().value()).isEqualTo(1);
        assertThat(label.recall().value()).isEqualTo(0.5);
    }

    @Test
    void aLabelThatNoRowHasAndNoneIsPredictedToHaveIsNoPartOfTheMean() {
        MultiLabelEvaluator evaluator = new MultiLabelEvaluator(2);
        evaluator.add(new double[] {0.9, 0.1, 0.2, 0.1, 0.8, 0}, new float[] {1, 0, 1, 0, 1, 0}, new double[3], 3);
        assertThat(evaluator.result().macroF1().value()).isCloseTo(0.8, EXACT);
        assertThat(evaluator.result().labels().get(1).f1().value()).isZero();
        MultiLabelEvaluator none = new MultiLabelEvaluator(2);
        none.add(new double[2], new float[2], new double[1], 1);
        assertThat(none.result().macroF1()).isEqualTo(Estimate.share(0, Interval.UNKNOWN));
        assertThat(none.result().accuracy().value()).isEqualTo(1);
    }

    @Test
    void aMeanOfProportionsHasWilsonsInterval() {
        for (int n : new int[] {1, 7, 100}) {
            for (int k = 0; k <= n; k++) {
                Interval of = Interval.wilson(k / (double) n, n);
                assertThat(of.low()).isCloseTo(Interval.wilson((long) k, (long) n).low(), within(1e-12));
                assertThat(of.high()).isCloseTo(Interval.wilson((long) k, (long) n).high(), within(1e-12));
            }
        }
    }

    @Test
    void aRefusedBatchChangesNothing() {
        MultiLabelEvaluator evaluator = new MultiLabelEvaluator(2);
        assertThatThrownBy(() -> evaluator.add(new double[4], new float[3], new double[2], 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 probabilities, 4 targets and 2 losses, found 4, 3 and 2");
        assertThatThrownBy(evaluator::result).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new MultiLabelEvaluator(0)).hasMessageContaining("at least 1, found 0");
    }
}
