package cairn.metrics;

/**
 * A running mean of rows of unequal weight, Σ w·x / Σ w, with the interval of a ratio of two means:
 *
 * <pre>s² = n/(n-1) · Σ (w·x - m·w)² / n,   m ± t · s / (√n · mean w)</pre>
 *
 * <p>(Cochran, "Sampling Techniques", 1977, section 6.3). If every weight is 1, it is {@link Means} to the last bit.
 */
final class WeightedMean {
    private final Means values = new Means();
    private double weights;
    private double squares;
    private double products;
    private double squaredWeights;
    private boolean isWeighted;

    /** @param value w·x: the value, multiplied by the weight already */
    void add(double value, double weight) {
        values.add(value);
        weights += weight;
        squares += value * value;
        products += value * weight;
        squaredWeights += weight * weight;
        isWeighted |= weight != 1;
    }

    long count() {
        return values.count();
    }

    /** NaN if no row has a weight. */
    Estimate estimate() {
        Estimate plain = values.estimate();
        if (!isWeighted) {
            return plain;
        }
        double n = count();
        double m = plain.value() * n / weights;
        double deviations = Math.max(0, squares - 2 * m * products + m * m * squaredWeights);
        Interval interval = Interval.ofMean(m, Math.sqrt(deviations / (n - 1)) * n / weights, count());
        boolean isCut = interval.isKnown() && plain.interval().low() >= 0;
        return Estimate.real(m, isCut ? new Interval(Math.max(0, interval.low()), interval.high()) : interval);
    }
}
