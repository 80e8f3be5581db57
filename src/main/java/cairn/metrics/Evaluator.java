package cairn.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Measures a classifier, batch by batch. How the rows are cut into batches does not matter, bit for bit; their order may, in the
 * last bits of the loss.
 *
 * <p>The prediction is the class with the highest score; of equal scores, the lower class index ranks higher. A row in which any
 * score is NaN has no prediction and counts as wrong everywhere. Scores may be logits or probabilities. A model with one logit z
 * for two classes is measured with the scores (0, z).
 */
public final class Evaluator {
    private final int classes;
    private final int k;
    private final ConfusionMatrix.Tally tally;
    private final WeightedMean losses = new WeightedMean();
    private long hits;

    /** For {@code classes} classes, with top-k accuracy at {@code k}, which is at least 1 and at most {@code classes}. */
    public Evaluator(int classes, int k) {
        this.tally = new ConfusionMatrix.Tally(classes);
        if (k < 1 || k > classes) {
            throw new IllegalArgumentException("top-k needs k from 1 to the number of classes, " + classes + "; found " + k);
        }
        this.classes = classes;
        this.k = k;
    }

    /**
     * Adds a batch. The arrays may be longer than {@code rows} rows; the rest is not read. A refused batch changes nothing.
     *
     * @param scores [rows, classes], row-major
     * @param labels class indices, [rows]
     * @param rowLosses the loss of each row, [rows]
     */
    public void add(float[] scores, int classes, int[] labels, double[] rowLosses, int rows) {
        add(scores, classes, labels, rowLosses, label -> 1, rows);
    }

    /**
     * As {@link #add(float[], int, int[], double[], int)}, with rows of unequal weight: the loss is Σ row losses / Σ weights, which a training
     * computes too.
     *
     * @param weight the weight of a row with a label, by which its loss was multiplied
     */
    public void add(float[] scores, int classes, int[] labels, double[] rowLosses, IntToDoubleFunction weight, int rows) {
        check(scores, classes, labels, rowLosses, rows);
        for (int row = 0; row < rows; row++) {
            int label = labels[row];
            int prediction = prediction(scores, row);
            tally.add(label, prediction);
            if (prediction != ConfusionMatrix.NOTHING && above(scores, row * classes, label) < k) {
                hits++;
            }
            losses.add(rowLosses[row], weight.applyAsDouble(label));
        }
    }

    /** What was measured so far; adding more does not change it. */
    public Evaluation.Classification result() {
        ConfusionMatrix matrix = tally.matrix();
        long rows = losses.count();
        if (rows == 0) {
            throw new IllegalStateException("nothing was evaluated: the data set to evaluate on gave no row");
        }
        FScores fScores = new FScores(matrix);
        List<Evaluation.OfClass> each = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            long right = matrix.count(c, c);
            each.add(new Evaluation.OfClass(c, matrix.labelled(c), Estimate.proportion(right, matrix.predicted(c)),
                    Estimate.proportion(right, matrix.labelled(c)), fScores.ofClass(c)));
        }
        return new Evaluation.Classification(rows, losses.estimate(), Estimate.proportion(matrix.correct(), rows), k,
                Estimate.proportion(hits, rows), fScores.macro(), each, matrix);
    }

    private void check(float[] scores, int classes, int[] labels, double[] rowLosses, int rows) {
        if (classes != this.classes) {
            throw new IllegalArgumentException("cannot evaluate scores of " + classes + " classes: this evaluator was made for "
                    + this.classes);
        }
        if (rows < 0 || scores.length < (long) rows * classes || labels.length < rows || rowLosses.length < rows) {
            throw new IllegalArgumentException("cannot evaluate " + rows + " rows of " + classes + " classes: expected at least "
                    + (long) rows * classes + " scores, " + rows + " labels and " + rows + " losses, found " + scores.length + ", "
                    + labels.length + " and " + rowLosses.length);
        }
        for (int row = 0; row < rows; row++) {
            if (labels[row] < 0 || labels[row] >= classes) {
                throw new IllegalArgumentException("cannot evaluate row " + row + " of the batch: label " + labels[row]
                        + " is not one of the " + classes + " classes 0.." + (classes - 1));
            }
        }
    }

    /** The predicted class of row {@code row} of {@code scores}, {@link ConfusionMatrix#NOTHING} if there is none. */
    public int prediction(float[] scores, int row) {
        return prediction(scores, row * classes, classes);
    }

    /** The predicted class of a row whose {@code classes} scores begin at {@code from}, {@link ConfusionMatrix#NOTHING} if there is none. */
    public static int prediction(float[] scores, int from, int classes) {
        int best = 0;
        for (int c = 0; c < classes; c++) {
            if (Float.isNaN(scores[from + c])) {
                return ConfusionMatrix.NOTHING;
            } else if (scores[from + c] > scores[from + best]) {
                best = c;
            }
        }
        return best;
    }

    /** How many classes rank above {@code label}: those with a higher score, and those with an equal score and a lower index. */
    private int above(float[] scores, int from, int label) {
        int above = 0;
        for (int c = 0; c < classes; c++) {
            float other = scores[from + c];
            float own = scores[from + label];
            if (other > own || other == own && c < label) {
                above++;
            }
        }
        return above;
    }
}
