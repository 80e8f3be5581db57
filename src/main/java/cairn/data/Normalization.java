package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;
import java.util.Arrays;
import java.util.Objects;

/**
 * How raw features become the inputs of a network. An immutable value of a kind, means and deviations.
 *
 * <pre>
 *     none          y = x
 *     scale         y = x / 255
 *     standardize   y = (x - mean[c]) / std[c]
 * </pre>
 *
 * where c is the index in the last axis of a row: the feature of a table, the channel of an image. Computed in double,
 * rounded once.
 */
public final class Normalization {

    public enum Kind { NONE, SCALE, STANDARDIZE }

    /** What {@link Kind#SCALE} divides by. */
    public static final double LARGEST_BYTE = 255;

    private final Kind kind;
    @Ephemeral(value = "fitted once on the training rows, and a constant of the state", kind = FIXED)
    private final double[] mean;
    @Ephemeral(value = "fitted once on the training rows, and a constant of the state", kind = FIXED)
    private final double[] std;
    @Ephemeral("a table of the other fields' values for every byte, computed when first needed")
    private volatile float[] ofBytes = {};

    private Normalization(Kind kind, double[] mean, double[] std) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.mean = mean.clone();
        this.std = std.clone();
        if (mean.length != std.length || (kind == Kind.STANDARDIZE) == (mean.length == 0)) {
            throw new IllegalArgumentException("a normalization of kind " + kind + " needs "
                    + (kind == Kind.STANDARDIZE ? "as many means as deviations, at least one" : "no means and no deviations")
                    + ", found " + mean.length + " and " + std.length);
        }
        for (int c = 0; c < mean.length; c++) {
            if (!Double.isFinite(mean[c]) || !(std[c] > 0) || !Double.isFinite(std[c])) {
                throw new IllegalArgumentException("normalization of feature " + c
                        + " needs a finite mean and a positive deviation, found "
                        + mean[c] + " and " + std[c]);
            }
        }
    }

    /** From values that {@link #kind()}, {@link #mean()} and {@link #std()} returned earlier. */
    public static Normalization of(Kind kind, double[] mean, double[] std) {
        return new Normalization(kind, mean, std);
    }

    public static Normalization none() {
        return new Normalization(Kind.NONE, new double[0], new double[0]);
    }

    public static Normalization scale() {
        return new Normalization(Kind.SCALE, new double[0], new double[0]);
    }

    /**
     * Of this kind, fitted if the kind needs it: mean and standard deviation (of the population, n in the denominator)
     * over the training rows only. A feature that never changes is divided by 1.
     */
    public static Normalization fit(Kind kind, DataSet trainingRows) {
        return switch (kind) {
            case NONE -> none();
            case SCALE -> scale();
            case STANDARDIZE -> Standardizer.fit(trainingRows);
        };
    }

    public Kind kind() {
        return kind;
    }

    /** One per feature or channel; empty unless the kind is {@code STANDARDIZE}. */
    public double[] mean() {
        return mean.clone();
    }

    /** One per feature or channel, all positive; empty unless the kind is {@code STANDARDIZE}. */
    public double[] std() {
        return std.clone();
    }

    /** Every kind computes y = (x - shift[c]) / divisor[c], with {@link #divisors}; one value per channel, or one for all. */
    public double[] shifts() {
        return kind == Kind.STANDARDIZE ? mean() : new double[] {0};
    }

    /** See {@link #shifts}. */
    public double[] divisors() {
        return switch (kind) {
            case NONE -> new double[] {1};
            case SCALE -> new double[] {LARGEST_BYTE};
            case STANDARDIZE -> std();
        };
    }

    /** Refuses rows of a shape that this was not fitted on. */
    public void check(DataSet data) {
        long[] shape = data.shape();
        if (kind == Kind.STANDARDIZE && shape[shape.length - 1] != mean.length) {
            throw new IllegalArgumentException("cannot normalize " + data.name() + ": its rows have the shape " + Shapes.text(shape)
                    + ", and this normalization was fitted on " + mean.length + " features or channels");
        }
    }

    /** Normalizes {@code count} features in place: one row, or several rows one after the other. */
    public void apply(float[] values, int offset, int count) {
        switch (kind) {
            case NONE -> { }
            case SCALE -> {
                for (int i = offset; i < offset + count; i++) {
                    values[i] = (float) (values[i] / LARGEST_BYTE);
                }
            }
            case STANDARDIZE -> {
                for (int from = offset; from < offset + count; from += mean.length) {
                    for (int c = 0; c < mean.length; c++) {
                        values[from + c] = (float) ((values[from + c] - mean[c]) / std[c]);
                    }
                }
            }
        }
    }

    /** As {@link #apply(float[], int, int)}, of {@code count} numbers from {@code from[at]} on, which are rounded only at the end. */
    void apply(double[] from, int at, float[] into, int offset, int count) {
        for (int i = 0; i < count; i++) {
            double x = from[at + i];
            into[offset + i] = (float) switch (kind) {
                case NONE -> x;
                case SCALE -> x / LARGEST_BYTE;
                case STANDARDIZE -> (x - mean[i % mean.length]) / std[i % mean.length];
            };
        }
    }

    /** What {@code y} was before: {@code y · divisor[c] + shift[c]}, computed in double and rounded once. */
    public float undone(float y, int c) {
        return switch (kind) {
            case NONE -> y;
            case SCALE -> (float) (y * LARGEST_BYTE);
            case STANDARDIZE -> (float) (y * std[c] + mean[c]);
        };
    }

    /** The normalized value of every byte, by {@code channel · 256 + byte}: the same bits as {@link #apply}, without dividing each. */
    float[] ofBytes() {
        float[] table = ofBytes;
        if (table.length == 0) {
            int channels = Math.max(1, mean.length);
            table = new float[channels * 256];
            float[] oneByte = new float[channels];
            for (int b = 0; b < 256; b++) {
                Arrays.fill(oneByte, b);
                apply(oneByte, 0, channels);
                for (int c = 0; c < channels; c++) {
                    table[c * 256 + b] = oneByte[c];
                }
            }
            ofBytes = table;
        }
        return table;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Normalization that && kind == that.kind && Arrays.equals(mean, that.mean) && Arrays.equals(std, that.std);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Arrays.hashCode(mean);
    }

    @Override
    public String toString() {
        return kind + (mean.length == 0 ? "" : " mean " + Arrays.toString(mean) + " std " + Arrays.toString(std));
    }
}
