package cairn.interop;

import cairn.state.Value;

/**
 * What a tensor holds, in a few numbers. Numbers that are not finite count in {@code notFinite} alone.
 *
 * @param mean of the finite numbers; NaN if there are none, as are the others
 * @param deviation from the mean, √(Σ(x - mean)² / n)
 * @param notFinite how many numbers are NaN or infinite
 */
public record TensorSummary(double mean, double deviation, double least, double greatest, long notFinite) {

    public static TensorSummary of(Value.Tensor t) {
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        long n = 0;
        for (long i = 0; i < t.size(); i++) {
            double x = t.get(i);
            if (Double.isFinite(x)) {
                n++;
                sum += x;
                least = Math.min(least, x);
                greatest = Math.max(greatest, x);
            }
        }
        if (n == 0) {
            return new TensorSummary(Double.NaN, Double.NaN, Double.NaN, Double.NaN, t.size());
        }
        double mean = sum / n;
        double squares = 0;
        for (long i = 0; i < t.size(); i++) {
            double x = t.get(i) - mean;
            squares += Double.isFinite(x) ? x * x : 0;
        }
        return new TensorSummary(mean, Math.sqrt(squares / n), least, greatest, t.size() - n);
    }
}
