package cairn.metrics;

import java.util.Optional;

/** The loss, and the correctness, of a model on each row of a set, so that two models can be compared row by row. Immutable. */
public final class Scores {
    private final Evaluation evaluation;
    private final double[] losses;
    private final Optional<boolean[]> right;

    public Scores(Evaluation evaluation, double[] losses, Optional<boolean[]> right) {
        this.evaluation = evaluation;
        this.losses = losses;
        this.right = right;
    }

    /** Every measure over all rows. */
    public Evaluation evaluation() {
        return evaluation;
    }

    public int rows() {
        return losses.length;
    }

    /** The loss of row {@code row}. */
    public double loss(int row) {
        return losses[row];
    }

    /** Whether the model is a classifier. */
    public boolean isOfClasses() {
        return right.isPresent();
    }

    /** Whether a classifier predicts the class of row {@code row} correctly. */
    public boolean isRight(int row) {
        return right.orElseThrow(() -> new IllegalStateException("a model of real numbers is not right or wrong"))[row];
    }
}
