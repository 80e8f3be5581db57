package cairn.tensor.op;

import cairn.random.Key;
import cairn.tensor.Array;
import cairn.tensor.Operation;

/**
 * Normalization of groups of numbers (the rows or the columns of a matrix) whose squares do not fit their type, although the deviation does:
 * floats beyond 1.8e19. They are computed again in double, as numbers over the largest one. Groups of ordinary numbers stay as they are, to
 * the bit, and cost one look at their deviations.
 *
 * <p>On a device nothing is looked at: there such a row becomes NaN, which is noticed, and not 0, which would not be. A column is noticed by
 * the infinite variance that it would leave in the running statistics.
 */
public final class LargeDeviations implements Operation {

    /** What is computed again of a group: its centered numbers, or those over the deviation. */
    private enum Form { CENTERED, NORMAL }

    private final Form form;
    private final boolean isOfColumns;
    private final Array x;
    private final double epsilon;
    private final Array deviation;
    private final Array perDeviation;
    private final Array result;
    private final Magnitude largest;

    private LargeDeviations(Form form, boolean isOfColumns, Array x, double epsilon, Array deviation, Array perDeviation, Array result) {
        this.form = form;
        this.isOfColumns = isOfColumns;
        this.x = Rows.asRows(x);
        this.epsilon = epsilon;
        this.deviation = deviation;
        this.perDeviation = perDeviation;
        this.result = Rows.asRows(result);
        this.largest = Magnitude.of(deviation);
    }

    /**
     * Of rows: where the deviation √(variance + ε) is not finite, sets its reciprocal, and {@code normal} = (x - mean) / deviation.
     *
     * @param deviation [n, 1]
     */
    public static Operation ofRows(Array x, double epsilon, Array deviation, Array perDeviation, Array normal) {
        return x.isOnHost() ? new LargeDeviations(Form.NORMAL, false, x, epsilon, deviation, perDeviation, normal)
                : Elementwise.axpy(0, deviation, perDeviation, perDeviation);
    }

    /**
     * Of columns: where the deviation is not finite, sets its reciprocal, and {@code centered} = x - mean.
     *
     * @param deviation [c]
     */
    public static Operation ofColumns(Array x, double epsilon, Array deviation, Array perDeviation, Array centered) {
        return x.isOnHost() ? new LargeDeviations(Form.CENTERED, true, x, epsilon, deviation, perDeviation, centered) : key -> { };
    }

    @Override
    public void run(Key key) {
        if (Double.isFinite(largest.bound())) {
            return;
        }
        double[] deviations = deviation.toDoubles();
        double[] reciprocals = perDeviation.toDoubles();
        double[] from = x.toDoubles();
        double[] to = result.toDoubles();
        int rows = Math.toIntExact(x.size(0));
        int columns = Math.toIntExact(x.size(1));
        for (int group = 0; group < deviations.length; group++) {
            if (!Double.isFinite(deviations[group])) {
                int count = isOfColumns ? rows : columns;
                int step = isOfColumns ? columns : 1;
                reciprocals[group] = normalize(from, to, isOfColumns ? group : group * columns, count, step);
            }
        }
        perDeviation.set(reciprocals);
        result.set(to);
    }

    /** Normalizes the {@code count} numbers from {@code first} on; returns 1 / deviation. It is NaN, as they are, if one is not finite. */
    private double normalize(double[] from, double[] to, int first, int count, int step) {
        double unit = 0;
        for (int i = 0; i < count; i++) {
            unit = Math.max(unit, Math.abs(from[first + i * step]));
        }
        // A power of two, by which a division rounds nothing.
        unit = Double.isFinite(unit) ? Math.scalb(1.0, Math.getExponent(unit)) : Double.NaN;
        double mean = 0;
        for (int i = 0; i < count; i++) {
            mean += from[first + i * step] / unit / count;
        }
        double variance = epsilon / unit / unit;
        for (int i = 0; i < count; i++) {
            double distance = from[first + i * step] / unit - mean;
            variance += distance * distance / count;
        }
        double ofUnit = Math.sqrt(variance);
        for (int i = 0; i < count; i++) {
            double distance = from[first + i * step] / unit - mean;
            to[first + i * step] = form == Form.NORMAL ? distance / ofUnit : distance * unit;
        }
        return 1 / ofUnit / unit;
    }
}
