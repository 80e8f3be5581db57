package cairn.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;

/**
 * Whether two models differ on the same rows by more than the choice of the rows explains. It compares two models, not two ways of
 * training, because another seed gives another model.
 *
 * @param name the test
 * @param p the probability of so large a difference if the models do not differ; NaN if unknown
 * @param difference the second's measure less the first's, with its 95 % interval: of accuracies, or of mean losses
 * @param onlyFirst rows that only the first predicts correctly; 0 for models of real numbers
 * @param onlySecond rows that only the second predicts correctly
 */
public record PairedTest(String name, double p, Estimate difference, long onlyFirst, long onlySecond) {

    /**
     * McNemar's exact test for classifiers (McNemar 1947; Dietterich 1998): of the rows that only one predicts correctly, b only the
     * first and c only the second, as many as b of b + c would be a fair coin's heads; two-sided binomial test. For models of real
     * numbers Student's paired t test of the rows' losses.
     *
     * @throws IllegalArgumentException if the two are not of the same rows
     */
    public static PairedTest between(Scores first, Scores second) {
        int n = first.rows();
        if (n != second.rows() || first.isOfClasses() != second.isOfClasses()) {
            throw new IllegalArgumentException("cannot pair " + n + " rows with " + second.rows()
                    + "; both models must be measured on the same");
        }
        if (!first.isOfClasses()) {
            double[] d = IntStream.range(0, n).mapToDouble(i -> second.loss(i) - first.loss(i)).toArray();
            Estimate difference = mean(d, false);
            return new PairedTest("paired t", studentsP(d), difference, 0, 0);
        }
        int onlyFirst = 0;
        int onlySecond = 0;
        double[] d = new double[n];
        for (int i = 0; i < n; i++) {
            d[i] = (second.isRight(i) ? 1 : 0) - (first.isRight(i) ? 1 : 0);
            onlyFirst += d[i] < 0 ? 1 : 0;
            onlySecond += d[i] > 0 ? 1 : 0;
        }
        double p = onlyFirst + onlySecond == 0 ? 1
                : new BinomialTest().binomialTest(onlyFirst + onlySecond, onlyFirst, 0.5, AlternativeHypothesis.TWO_SIDED);
        return new PairedTest("McNemar", Math.min(1, p), mean(d, true), onlyFirst, onlySecond);
    }

    /** With another p, such as a corrected one. */
    public PairedTest withP(double other) {
        return new PairedTest(name, other, difference, onlyFirst, onlySecond);
    }

    /** Two-sided; 1 if no row differs. */
    private static double studentsP(double[] d) {
        if (Arrays.stream(d).allMatch(v -> v == 0)) {
            return 1;
        } else if (d.length < 2) {
            return Double.NaN;
        }
        double t = new Mean().evaluate(d) / (new StandardDeviation().evaluate(d) / Math.sqrt(d.length));
        return Double.isNaN(t) ? t : 2 * new TDistribution(d.length - 1.0).cumulativeProbability(-Math.abs(t));
    }

    private static Estimate mean(double[] d, boolean isShare) {
        double mean = new Mean().evaluate(d);
        double s = new StandardDeviation().evaluate(d);
        // If all rows differ by the same amount, the spread is unknown.
        return new Estimate(mean, s == 0 ? Interval.UNKNOWN : Interval.ofMean(mean, s, d.length), isShare);
    }

    /**
     * The p of several tests, corrected so that the probability of any false alarm among them stays what it is for one (Holm 1979):
     * the i-th smallest of m, from 1, times m - i + 1, never less than a smaller one's, and at most 1.
     */
    public static List<Double> holm(List<Double> ps) {
        Integer[] order = IntStream.range(0, ps.size()).boxed().sorted(Comparator.comparing(ps::get)).toArray(Integer[]::new);
        Double[] corrected = new Double[order.length];
        double least = 0;
        for (int i = 0; i < order.length; i++) {
            least = Math.max(least, Math.min(1, ps.get(order[i]) * (order.length - i)));
            corrected[order[i]] = Double.isNaN(ps.get(order[i])) ? Double.NaN : least;
        }
        return List.of(corrected);
    }
}
