package cairn.explain;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.nn.Loss;
import cairn.nn.loss.Huber;
import cairn.nn.loss.MeanAbsoluteError;
import cairn.nn.loss.MeanSquaredError;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;

/**
 * The loss of the best model that does not look at the features: one output for all rows. A training whose loss stays at it, or above it,
 * has learned nothing.
 *
 * <pre>
 *     softmax-cross-entropy   -Σ_c q_c ln q_c, with q the mean target; so ln K for K classes of equal size
 *     sigmoid-cross-entropy   the mean over the labels of -q ln q - (1 - q) ln (1 - q), with q the share of rows that have the label
 *     mean-squared-error      the mean over the targets of their variance
 *     others of real targets  the least mean of the loss over one constant, found by a search, because the loss is convex
 * </pre>
 */
final class Chance {
    /** Halvings of an interval by the golden ratio: the rest is 1e-12 of its beginning. */
    private static final int SEARCH = 58;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private Chance() {
    }

    /** Over {@code rows}; empty for a loss of one's own, of which nothing is known. */
    static OptionalDouble of(Loss loss, DataSet rows) {
        if (rows.size() == 0) {
            return OptionalDouble.empty();
        } else if (loss instanceof SoftmaxCrossEntropy) {
            return entropy(loss, rows);
        } else if (loss instanceof SigmoidCrossEntropy) {
            return mean(targets(loss, rows), Chance::leastCrossEntropy);
        } else if (loss instanceof MeanSquaredError) {
            return mean(targets(loss, rows), values -> least(values, (y, t) -> (y - t) * (y - t)));
        } else if (loss instanceof MeanAbsoluteError) {
            return mean(targets(loss, rows), values -> least(values, (y, t) -> Math.abs(y - t)));
        } else if (loss instanceof Huber huber) {
            return mean(targets(loss, rows), values -> least(values, (y, t) -> huber(huber.delta(), Math.abs(y - t))));
        }
        return OptionalDouble.empty();
    }

    /** The least loss that the targets allow: the entropy of a smoothed label; 0 if labels are not smoothed. */
    static double least(Loss loss, DataSet rows) {
        if (!(loss instanceof SoftmaxCrossEntropy smoothed) || smoothed.labelSmoothing() == 0) {
            return 0;
        }
        int classes = rows.labels().width();
        double other = smoothed.labelSmoothing() / classes;
        double own = 1 - smoothed.labelSmoothing() + other;
        return -own * Math.log(own) - (classes - 1) * other * Math.log(other);
    }

    private static double huber(double delta, double d) {
        return d <= delta ? d * d / 2 : delta * (d - delta / 2);
    }

    private static OptionalDouble entropy(Loss loss, DataSet rows) {
        int classes = rows.labels().width();
        double[] q = new double[classes];
        double weights = 0;
        for (int row = 0; row < rows.size(); row++) {
            double[] target = new double[classes];
            loss.target(rows.label(row), classes, target, 0);
            for (int c = 0; c < classes; c++) {
                q[c] += target[c];
            }
            weights += loss.weight(rows.label(row));
        }
        double sum = DoubleStream.of(q).sum();
        double entropy = 0;
        for (double share : q) {
            entropy -= share > 0 ? share * Math.log(share / sum) : 0;
        }
        return weights > 0 ? OptionalDouble.of(entropy / weights) : OptionalDouble.empty();
    }

    /** [outputs][rows] */
    private static double[][] targets(Loss loss, DataSet rows) {
        int width = rows.labels().width();
        double[][] targets = new double[width][rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            double[] target = new double[width];
            if (rows.labels() instanceof Labels.Classes) {
                loss.target(rows.label(row), width, target, 0);
            } else {
                rows.targets(row, target, 0);
            }
            for (int t = 0; t < width; t++) {
                targets[t][row] = target[t];
            }
        }
        return targets;
    }

    private interface Best {
        double of(double[] values);
    }

    private static OptionalDouble mean(double[][] outputs, Best best) {
        return Arrays.stream(outputs).mapToDouble(best::of).average();
    }

    private static double leastCrossEntropy(double[] targets) {
        double q = Arrays.stream(targets).average().orElse(0);
        return q <= 0 || q >= 1 ? 0 : -q * Math.log(q) - (1 - q) * Math.log(1 - q);
    }

    private static double least(double[] targets, DoubleBinaryOperator loss) {
        double low = Arrays.stream(targets).min().orElse(0);
        double high = Arrays.stream(targets).max().orElse(0);
        for (int i = 0; i < SEARCH; i++) {
            double a = high - GOLDEN * (high - low);
            double b = low + GOLDEN * (high - low);
            if (at(a, targets, loss) <= at(b, targets, loss)) {
                high = b;
            } else {
                low = a;
            }
        }
        return at((low + high) / 2, targets, loss);
    }

    private static double at(double y, double[] targets, DoubleBinaryOperator loss) {
        return Arrays.stream(targets).map(t -> loss.applyAsDouble(y, t)).average().orElse(0);
    }
}
