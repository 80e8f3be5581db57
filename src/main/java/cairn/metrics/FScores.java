package cairn.metrics;

import org.apache.commons.math3.distribution.NormalDistribution;

/** F1 scores of a confusion matrix, with intervals. */
final class FScores {
    private final ConfusionMatrix matrix;
    /** By class: 2 TP + FP + FN. */
    private final long[] concerned;

    FScores(ConfusionMatrix matrix) {
        this.matrix = matrix;
        this.concerned = new long[matrix.classes()];
        for (int c = 0; c < concerned.length; c++) {
            concerned[c] = matrix.labelled(c) + matrix.predicted(c);
        }
    }

    /**
     * {@code F1 = 2 TP / (2 TP + FP + FN)} of one class.
     *
     * <p>Its interval: among the n = TP + FP + FN rows that are of the class or predicted as it, the fraction J = TP / n is a plain
     * proportion with Wilson's interval, and F1 = 2J / (1 + J) rises with J, so the interval's ends map.
     */
    Estimate ofClass(int c) {
        return of(matrix.count(c, c), concerned[c]);
    }

    /** As {@link #ofClass}, of {@code hits} = TP and {@code concerned} = 2 TP + FP + FN; 0 if no row is concerned. */
    static Estimate of(long hits, long concerned) {
        Interval j = Interval.wilson(hits, concerned - hits);
        return Estimate.share(concerned == 0 ? 0 : 2.0 * hits / concerned,
                new Interval(2 * j.low() / (1 + j.low()), 2 * j.high() / (1 + j.high())));
    }

    /**
     * The mean F1 of those classes that occur as label or as prediction.
     *
     * <p>Its interval: the delta method on {@code ln(F / (1-F))}, the cells of the matrix being multinomial (compare Takahashi,
     * Yamamoto, Kuchiba and Koyama, "Confidence interval for micro-averaged F1 and macro-averaged F1 scores", Applied
     * Intelligence 52, 2022; without the logarithm, as there, the interval misses more often if errors are few).
     */
    Estimate macro() {
        int occurring = 0;
        double sum = 0;
        for (int c = 0; c < matrix.classes(); c++) {
            if (concerned[c] > 0) {
                occurring++;
                sum += f1(c);
            }
        }
        return byLogit(sum / occurring, Math.sqrt(variance(occurring)));
    }

    /** A score {@code f} with the standard error {@code s}, with the interval of its logit; unknown at 0 and 1. */
    static Estimate byLogit(double f, double s) {
        if (!(f > 0 && f < 1 && s > 0)) {
            return Estimate.share(f, Interval.UNKNOWN);
        }
        double z = new NormalDistribution().inverseCumulativeProbability((1 + Interval.CONFIDENCE) / 2);
        double logit = Math.log(f / (1 - f));
        double half = z * s / (f * (1 - f));
        return Estimate.share(f, new Interval(1 / (1 + Math.exp(half - logit)), 1 / (1 + Math.exp(-half - logit))));
    }

    /** {@code Σ n_ij g_ij²} with g the derivative of macro-F1 by the count n_ij; {@code Σ n_ij g_ij} is 0, as F1 has no scale. */
    private double variance(int occurring) {
        int classes = matrix.classes();
        double sum = 0;
        for (int label = 0; label < classes; label++) {
            for (int predicted = ConfusionMatrix.NOTHING; predicted < classes; predicted++) {
                long n = matrix.count(label, predicted);
                if (n > 0) {
                    double g = byConcerned(label) + (predicted == ConfusionMatrix.NOTHING ? 0 : byConcerned(predicted));
                    if (label == predicted) {
                        g += 2.0 / concerned[label];
                    }
                    sum += n * (g / occurring) * (g / occurring);
                }
            }
        }
        return sum;
    }

    private double f1(int c) {
        return concerned[c] == 0 ? 0 : 2.0 * matrix.count(c, c) / concerned[c];
    }

    /** The derivative of F1 by the class's {@link #concerned}, with TP fixed. */
    private double byConcerned(int c) {
        double d = concerned[c];
        return -2.0 * matrix.count(c, c) / (d * d);
    }
}
