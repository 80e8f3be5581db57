package cairn.train;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.NormalizedTargets;
import cairn.metrics.ConfusionMatrix;
import cairn.metrics.Evaluation;
import cairn.metrics.Evaluator;
import cairn.nn.Loss;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a model gives for each row of a set, and the evaluation of the whole set, from one forward pass in the batches of an evaluation. So
 * the numbers of a row are the ones that went into the evaluation, to the bit.
 */
public final class RowResults {
    private final Loss loss;
    private final DataSet rows;
    private final Optional<NormalizedTargets> normalized;
    private final Evaluation evaluation;
    private final float[] outputs;
    private final double[] losses;
    private final int width;
    private final double share;

    RowResults(Loss loss, DataSet rows, Optional<NormalizedTargets> normalized, Evaluation evaluation, float[] outputs, double[] losses) {
        this.loss = loss;
        this.rows = rows;
        this.normalized = normalized;
        this.evaluation = evaluation;
        this.outputs = outputs;
        this.losses = losses;
        this.width = rows.labels().width();
        this.share = share(loss, rows);
    }

    /** 1 / the mean weight of the rows. */
    private static double share(Loss loss, DataSet rows) {
        return rows.labels() instanceof Labels.Classes
                ? rows.size() / IntStream.range(0, rows.size()).mapToDouble(i -> loss.weight(rows.label(i))).sum() : 1;
    }

    /**
     * The results of the model that {@code trainer} has now, with averaged weights if the recipe has any. Nothing of the training changes.
     *
     * @throws IllegalArgumentException if there are no rows
     */
    public static RowResults of(Trainer trainer, DataSet rows) {
        return trainer.parts().evaluations().results(rows);
    }

    /** The {@linkplain #loss losses} at {@code places} among the rows, without computing all the others. */
    public static double[] losses(Trainer trainer, DataSet rows, int[] places) {
        double share = share(trainer.recipe().loss(), rows);
        return Arrays.stream(trainer.parts().evaluations().losses(rows, places)).map(loss -> loss * share).toArray();
    }

    /**
     * The outputs of the model that {@code trainer} has now as scores, for rows whose labels nobody knows.
     *
     * @return [rows][outputs]: probabilities if the loss takes logits; otherwise the outputs themselves
     */
    public static double[][] scores(Trainer trainer, DataSet rows) {
        int width = rows.labels().width();
        float[] flat = trainer.parts().evaluations().outputs(rows, width);
        return IntStream.range(0, rows.size())
                .mapToObj(i -> trainer.recipe().loss().probabilities(Arrays.copyOfRange(flat, i * width, (i + 1) * width)))
                .toArray(double[][]::new);
    }

    /** Whether {@link #scores} are probabilities: the loss makes them, or the last layer of a classifier. */
    public static boolean givesProbabilities(Trainer trainer) {
        return trainer.recipe().loss().takesLogits() || trainer.data().splits().train().labels() instanceof Labels.Classes
                && RecipeFit.endsInProbabilities(trainer.recipe());
    }

    /** Every measure over all rows. */
    public Evaluation evaluation() {
        return evaluation;
    }

    public int size() {
        return losses.length;
    }

    /**
     * The loss of row {@code row}, of which the mean over all rows is the loss of the evaluation: the row's loss with the weight of its class,
     * divided by the mean weight. Without class weights it is the row's loss itself, to the bit.
     */
    public double loss(int row) {
        return losses[row] * share;
    }

    /** The weight of the row's class in the loss; 1 without class weights. */
    public double weight(int row) {
        return rows.labels() instanceof Labels.Classes ? loss.weight(rows.label(row)) : 1;
    }

    /**
     * The model's outputs for row {@code row}: probabilities if the loss takes logits; otherwise the outputs, and real targets in the units
     * of the data set.
     */
    public double[] scores(int row) {
        float[] y = Arrays.copyOfRange(outputs, row * width, (row + 1) * width);
        if (normalized.isPresent() && !loss.takesLogits()) {
            for (int t = 0; t < width; t++) {
                y[t] = normalized.get().by().undone(y[t], t);
            }
        }
        return loss.probabilities(y);
    }

    /** The real targets of row {@code row}, in the units of the data set. */
    public double[] targets(int row) {
        double[] targets = new double[width];
        (normalized.isPresent() ? normalized.get().source() : rows).targets(row, targets, 0);
        return targets;
    }

    /** The class that a classifier predicts for row {@code row}; {@link ConfusionMatrix#NOTHING} if a score is NaN. */
    public int predictedClass(int row) {
        if (!(rows.labels() instanceof Labels.Classes)) {
            throw new IllegalStateException("a model of real numbers predicts no class");
        }
        return new Evaluator(width, 1).prediction(Arrays.copyOfRange(outputs, row * width, (row + 1) * width), 0);
    }
}
