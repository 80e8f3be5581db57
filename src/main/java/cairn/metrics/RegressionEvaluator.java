package cairn.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a model of real targets, batch by batch; how the rows are cut into batches does not matter, bit for bit.
 *
 * <p>The coefficient of determination of one output, over the n rows:
 *
 * <pre>R² = 1 - Σ (target - y)² / Σ (target - mean target)²</pre>
 *
 * <p>1 is perfect, 0 is as good as always predicting the mean of these targets, and there is no lower bound. For several outputs it is
 * the plain mean of theirs. For an output whose targets are all equal it is 1 if they are predicted exactly, else 0. It is NaN for fewer
 * than two rows, and where y is NaN.
 */
public final class RegressionEvaluator {
    private final int outputs;
    private final double[] residuals;
    private final Means[] targetMeans;
    private final Means losses = new Means();
    private final Means errors = new Means();
    private final Means[] targetErrors;

    /** For {@code outputs} numbers per row. */
    public RegressionEvaluator(int outputs) {
        if (outputs < 1) {
            throw new IllegalArgumentException("a regression needs at least 1 output, found " + outputs);
        }
        this.outputs = outputs;
        this.residuals = new double[outputs];
        this.targetMeans = new Means[outputs];
        this.targetErrors = new Means[outputs];
        for (int o = 0; o < outputs; o++) {
            targetMeans[o] = new Means();
            targetErrors[o] = new Means();
        }
    }

    /**
     * Adds a batch. The arrays may be longer than {@code rows} rows; the rest is not read. A refused batch changes nothing.
     *
     * @param y the outputs of the model, [rows, outputs], row-major
     * @param targets [rows, outputs], row-major
     * @param rowLosses the loss of each row, [rows]
     */
    public void add(float[] y, int outputs, float[] targets, double[] rowLosses, int rows) {
        if (outputs != this.outputs) {
            throw new IllegalArgumentException("cannot evaluate " + outputs + " outputs: this evaluator was made for " + this.outputs);
        }
        long numbers = (long) rows * outputs;
        if (rows < 0 || y.length < numbers || targets.length < numbers || rowLosses.length < rows) {
            throw new IllegalArgumentException("cannot evaluate " + rows + " rows of " + outputs + " outputs: expected at least " + numbers
                    + " outputs, " + numbers + " targets and " + rows + " losses, found " + y.length + ", " + targets.length + " and "
                    + rowLosses.length);
        }
        for (int row = 0; row < rows; row++) {
            double absolute = 0;
            for (int o = 0; o < outputs; o++) {
                double target = targets[row * outputs + o];
                double error = target - y[row * outputs + o];
                residuals[o] += error * error;
                targetMeans[o].add(target);
                targetErrors[o].add(Math.abs(error));
                absolute += Math.abs(error);
            }
            errors.add(absolute / outputs);
            losses.add(rowLosses[row]);
        }
    }

    /** What was measured so far; adding more does not change it. */
    public Evaluation.Regression result() {
        if (losses.count() == 0) {
            throw new IllegalStateException("nothing was evaluated: the data set to evaluate on gave no row");
        }
        double sum = 0;
        List<Evaluation.OfTarget> each = new ArrayList<>();
        for (int o = 0; o < outputs; o++) {
            double r = rSquared(residuals[o], targetMeans[o]);
            sum += r;
            each.add(new Evaluation.OfTarget(o, targetErrors[o].estimate(), Estimate.real(r, Interval.UNKNOWN)));
        }
        return new Evaluation.Regression(losses.count(), losses.estimate(), errors.estimate(),
                Estimate.real(sum / outputs, Interval.UNKNOWN), each);
    }

    private static double rSquared(double residual, Means targets) {
        if (targets.count() < 2 || Double.isNaN(residual)) {
            return Double.NaN;
        }
        if (targets.squaredDeviations() == 0) {
            return residual == 0 ? 1 : 0;
        }
        return 1 - residual / targets.squaredDeviations();
    }
}
