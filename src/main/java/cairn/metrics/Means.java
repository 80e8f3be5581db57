package cairn.metrics;

import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.SecondMoment;

/** A running mean and sum of squared deviations, value by value (Welford), so that the division into batches never matters. */
final class Means {
    private final SecondMoment moments = new SecondMoment();
    private final Mean mean = new Mean(moments);
    private boolean hasNegative;

    void add(double value) {
        moments.increment(value);
        hasNegative |= value < 0;
    }

    long count() {
        return moments.getN();
    }

    /** Σ (value - mean)². */
    double squaredDeviations() {
        return moments.getResult();
    }

    /** The mean with {@link Interval#ofMean Student's interval}, cut off at 0 if no value is below 0. */
    Estimate estimate() {
        double m = mean.getResult();
        double s = Math.sqrt(squaredDeviations() / (count() - 1));
        Interval interval = Interval.ofMean(m, s, count());
        return Estimate.real(m, hasNegative || !interval.isKnown() ? interval : new Interval(Math.max(0, interval.low()), interval.high()));
    }
}
