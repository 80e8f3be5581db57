package cairn.look;

/**
 * Many numbers in a few. Those that are not finite count in {@code notFinite} alone.
 *
 * @param norm √Σx²
 * @param mean NaN if there is no finite number, as are the following
 * @param deviation from the mean, √(Σ(x - mean)² / n)
 * @param zeros how many are exactly 0
 */
public record Summary(long count, double norm, double mean, double deviation, double least, double greatest, long zeros, long notFinite) {

    /** Of {@code numbers}. */
    public static Summary of(double[] numbers) {
        double sum = 0;
        double squares = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        long n = 0;
        long zeros = 0;
        for (double x : numbers) {
            if (Double.isFinite(x)) {
                n++;
                sum += x;
                squares += x * x;
                least = Math.min(least, x);
                greatest = Math.max(greatest, x);
                zeros += x == 0 ? 1 : 0;
            }
        }
        if (n == 0) {
            return new Summary(numbers.length, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, numbers.length);
        }
        double mean = sum / n;
        double deviations = 0;
        for (double x : numbers) {
            deviations += Double.isFinite(x) ? (x - mean) * (x - mean) : 0;
        }
        return new Summary(numbers.length, Math.sqrt(squares), mean, Math.sqrt(deviations / n), least, greatest, zeros, numbers.length - n);
    }

    /** The share of numbers that are exactly 0. */
    public double zeroShare() {
        return count == 0 ? 0 : (double) zeros / count;
    }
}
