package cairn.look;

/**
 * Many numbers in a few. Those that are not finite count in {@code notFinite} alone.
 *
 * @param count how many there are, finite or not
 * @param squares Σx²
 * @param mean NaN if there is no finite number, as are the three that follow
 * @param deviation from the mean, √(Σ(x - mean)² / n)
 * @param zeros how many are exactly 0
 */
public record Summary(long count, double squares, double mean, double deviation, double least, double greatest, long zeros, long notFinite) {

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
        return new Summary(numbers.length, squares, mean, Math.sqrt(deviations / n), least, greatest, zeros, numbers.length - n);
    }

    /** Of these numbers and {@code others} together (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm", 1979). */
    public Summary and(Summary others) {
        long a = finite();
        long b = others.finite();
        if (a == 0 || b == 0) {
            Summary one = a == 0 ? others : this;
            return new Summary(count + others.count, one.squares, one.mean, one.deviation, one.least, one.greatest, one.zeros,
                    notFinite + others.notFinite);
        }
        double n = a + b;
        double between = others.mean - mean;
        double deviations = a * deviation * deviation + b * others.deviation * others.deviation + between * between * a * b / n;
        return new Summary(count + others.count, squares + others.squares, mean + between * b / n, Math.sqrt(deviations / n),
                Math.min(least, others.least), Math.max(greatest, others.greatest), zeros + others.zeros, notFinite + others.notFinite);
    }

    private long finite() {
        return count - notFinite;
    }

    /** √Σx². */
    public double norm() {
        return Math.sqrt(squares);
    }

    /** The share of numbers that are exactly 0. */
    public double zeroShare() {
        return count == 0 ? 0 : (double) zeros / count;
    }
}
