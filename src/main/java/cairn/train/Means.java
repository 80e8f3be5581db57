package cairn.train;

import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.SecondMoment;

/** A running mean and sum of squared deviations, value by value (Welford), so that the cut into batches never matters. */
final class Means {
    private final SecondMoment moments = new SecondMoment();
    private final Mean mean = new Mean(moments);

    void add(double value) {
        moments.increment(value);
    }

    long count() {
        return moments.getN();
    }

    /** Σ (value - mean)². */
    double squaredDeviations() {
        return moments.getResult();
    }

    /** The mean with {@link Interval#ofMean Student's interval}. */
    Estimate estimate() {
        double m = mean.getResult();
        double s = Math.sqrt(squaredDeviations() / (count() - 1));
        return Estimate.real(m, Interval.ofMean(m, s, count()));
    }
}
