package cairn.run;

import java.util.OptionalDouble;

/**
 * "Train loss" and "train accuracy": the means over the training rows of the epoch so far, each row before the update of its batch, in the
 * forward pass of the training, so with active dropout. At the end of an epoch they are those of the whole epoch. A batch that a recovery rule
 * has skipped does not count; a branch counts only rows of its own.
 *
 * @param losses Σ row losses
 * @param weights Σ row weights
 * @param right the right answers
 * @param answers the answers, see {@link cairn.train.StepReport#answers}
 * @param isLossKnown whether the losses of all rows are known
 * @param isAccuracyKnown whether the answers of all rows are known
 */
public record TrainMeans(double losses, double weights, long right, long answers, boolean isLossKnown, boolean isAccuracyKnown) {
    /** Of no row. */
    public static final TrainMeans NONE = new TrainMeans(0, 0, 0, 0, true, true);

    /** Σ row losses / Σ row weights; empty if it is not known, or if there is no row yet. */
    public OptionalDouble loss() {
        return isLossKnown && weights > 0 ? OptionalDouble.of(losses / weights) : OptionalDouble.empty();
    }

    /** The share of right answers; empty if it is not known, or if the model gives none. */
    public OptionalDouble accuracy() {
        return isAccuracyKnown && answers > 0 ? OptionalDouble.of((double) right / answers) : OptionalDouble.empty();
    }
}
