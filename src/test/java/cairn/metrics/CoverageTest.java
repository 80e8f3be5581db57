package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.random.Key;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What an interval promises, measured: over many samples from a known distribution, the truth is inside about 95 % of the time.
 * Of 1,000 samples the share itself has a standard error of 0.7 %.
 */
class CoverageTest {
    /** P(label, predicted) of a classifier of three unequal classes that is right in 80 % of the rows. */
    private static final double[][] TRUTH = {{0.12, 0.05, 0.03}, {0.02, 0.26, 0.02}, {0.03, 0.05, 0.42}};

    private static final int SAMPLES = 1000;
    private static final int ROWS = 300;

    @Test
    void everyIntervalHoldsTheTruthAboutNinetyFiveTimesInAHundred() {
        Map<String, Integer> held = new TreeMap<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            Evaluation.Classification found = draw(Key.of(7).fold(sample));
            note(held, "accuracy", found.accuracy(), 0.80);
            note(held, "loss", found.loss(), 0.5);
            note(held, "precision 0", found.classes().get(0).precision(), 0.12 / 0.17);
            note(held, "recall 0", found.classes().get(0).recall(), 0.12 / 0.20);
            note(held, "f1 0", found.classes().get(0).f1(), f1(0));
            note(held, "f1 2", found.classes().get(2).f1(), f1(2));
            note(held, "macro-f1", found.macroF1(), (f1(0) + f1(1) + f1(2)) / 3);
        }
        assertThat(held).hasSize(7).allSatisfy((name, times) -> assertThat(times / (double) SAMPLES).as(name).isBetween(0.93, 0.97));
    }

    private static void note(Map<String, Integer> held, String name, Estimate estimate, double truth) {
        held.merge(name, estimate.interval().isKnown() && estimate.interval().contains(truth) ? 1 : 0, Integer::sum);
    }

    private static double f1(int c) {
        double labelled = 0;
        double predicted = 0;
        for (int other = 0; other < 3; other++) {
            labelled += TRUTH[c][other];
            predicted += TRUTH[other][c];
        }
        return 2 * TRUTH[c][c] / (labelled + predicted);
    }

    /** Rows drawn from TRUTH, with losses uniform in [0, 1). */
    private static Evaluation.Classification draw(Key key) {
        Evaluator evaluator = new Evaluator(3, 1);
        float[] scores = new float[ROWS * 3];
        int[] labels = new int[ROWS];
        double[] losses = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            int cell = 0;
            for (double u = key.uniform(2L * row) - TRUTH[0][0]; u >= 0 && cell < 8; u -= TRUTH[cell / 3][cell % 3]) {
                cell++;
            }
            labels[row] = cell / 3;
            scores[row * 3 + cell % 3] = 1;
            losses[row] = key.uniform(2L * row + 1);
        }
        evaluator.add(scores, 3, labels, losses, ROWS);
        return evaluator.result();
    }
}
