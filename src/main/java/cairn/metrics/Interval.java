package cairn.metrics;

import java.util.Locale;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.IntervalUtils;

/**
 * A 95 % confidence interval. It covers only the choice of the evaluated rows, as if they were drawn independently: not the choice
 * of the seed, and not rows of another kind.
 *
 * @param low its lower end
 * @param high its upper end, never below {@code low}
 */
public record Interval(double low, double high) {
    public static final double CONFIDENCE = 0.95;

    /** No knowledge: the whole line. */
    public static final Interval UNKNOWN = new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("an interval needs low <= high, found low " + low + ", high " + high);
        }
    }

    /**
     * The score interval of a proportion {@code p = successes / trials} (Wilson, "Probable inference, the law of succession, and
     * statistical inference", JASA 22, 1927), which stays sensible at 0 and at 1 and for few trials:
     *
     * <pre>(p + z²/2n ∓ z √(p(1-p)/n + z²/4n²)) / (1 + z²/n),   z = 1.96</pre>
     *
     * <p>No trials give [0, 1], the limit of the formula.
     */
    public static Interval wilson(long successes, long trials) {
        if (successes < 0 || successes > trials || trials > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a proportion needs 0 <= successes <= trials <= " + Integer.MAX_VALUE + ", found successes "
                    + successes + ", trials " + trials);
        }
        if (trials == 0) {
            return new Interval(0, 1);
        }
        ConfidenceInterval ci = IntervalUtils.getWilsonScoreInterval((int) trials, (int) successes, CONFIDENCE);
        // The exact ends of the formula at 0 and at 1; rounding would miss them by a bit.
        double low = successes == 0 ? 0 : ci.getLowerBound();
        double high = successes == trials ? 1 : ci.getUpperBound();
        return new Interval(low, high);
    }

    /**
     * As {@link #wilson(long, long)}, of a mean of n values from 0 to 1. None of them spreads more than a proportion, so the interval is wide
     * enough, and exact if each value is 0 or 1.
     */
    static Interval wilson(double mean, long n) {
        if (n == 0 || !(mean >= 0 && mean <= 1)) {
            return n == 0 ? new Interval(0, 1) : UNKNOWN;
        }
        double z = new NormalDistribution().inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        double middle = mean + z * z / (2 * n);
        double half = z * Math.sqrt(mean * (1 - mean) / n + z * z / (4.0 * n * n));
        double scale = 1 + z * z / n;
        return new Interval(mean == 0 ? 0 : (middle - half) / scale, mean == 1 ? 1 : (middle + half) / scale);
    }

    /**
     * The interval of a mean of n values with standard deviation s (with n-1): {@code mean ∓ t(0.975, n-1) s / √n} (Student). It is
     * {@link #UNKNOWN} for fewer than two values, and if a value was not finite.
     */
    public static Interval ofMean(double mean, double standardDeviation, long n) {
        double s = standardDeviation;
        if (n < 2 || !Double.isFinite(mean) || !Double.isFinite(s)) {
            return UNKNOWN;
        }
        double half = new TDistribution(n - 1.0).inverseCumulativeProbability((1 + CONFIDENCE) / 2) * s / Math.sqrt(n);
        return new Interval(mean - half, mean + half);
    }

    public boolean isKnown() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Of a proportion, in percent, as {@code [97.9, 98.5]}; with more decimals where the interval is narrow. */
    public String percent() {
        if (!isKnown()) {
            return "[unknown]";
        }
        int decimals = 1;
        for (double ulp = 0.1; decimals < 4 && high > low && 100 * (high - low) < 4 * ulp; ulp /= 10) {
            decimals++;
        }
        String each = "%." + decimals + "f";
        return String.format(Locale.ROOT, "[" + each + ", " + each + "]", 100 * low, 100 * high);
    }

    /** Of any quantity, as {@code [0.1213, 0.1442]}. */
    @Override
    public String toString() {
        return isKnown() ? String.format(Locale.ROOT, "[%.4g, %.4g]", low, high) : "[unknown]";
    }
}
