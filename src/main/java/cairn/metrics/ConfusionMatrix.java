package cairn.metrics;

import java.util.Arrays;

/**
 * How many rows of each label have each prediction: {@code count(label, predicted)}. One more column, {@link #NOTHING}, counts the rows
 * for which the model predicted no class because a score was NaN; such a row counts as wrong for its label and for no other class.
 * A matrix never changes; a {@link Tally} counts up to one.
 */
public final class ConfusionMatrix {
    /** In place of a predicted class: none. */
    public static final int NOTHING = -1;

    private final int classes;
    /** [classes, classes + 1], row-major; the last column is NOTHING. */
    private final long[] counts;

    private ConfusionMatrix(int classes, long[] counts) {
        this.classes = classes;
        this.counts = counts;
    }

    public int classes() {
        return classes;
    }

    /** The rows of this label with this prediction; {@code predicted} may be {@link #NOTHING}. */
    public long count(int label, int predicted) {
        return counts[index(classes, label, predicted)];
    }

    /** All rows. */
    long total() {
        return Arrays.stream(counts).sum();
    }

    /** The rows whose prediction is their label. */
    public long correct() {
        long sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += count(c, c);
        }
        return sum;
    }

    /** The rows with this label. */
    public long labelled(int label) {
        long sum = count(label, NOTHING);
        for (int c = 0; c < classes; c++) {
            sum += count(label, c);
        }
        return sum;
    }

    /** The rows with this prediction. */
    public long predicted(int predicted) {
        long sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += count(c, predicted);
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix that && classes == that.classes && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    /** One line per label; a last column {@code -} only where something was not predicted. */
    @Override
    public String toString() {
        boolean nothing = predicted(NOTHING) > 0;
        int width = Long.toString(Math.max(classes, total())).length() + 1;
        StringBuilder s = new StringBuilder("label\\predicted");
        String cell = "%" + width + "s";
        for (int c = 0; c < classes; c++) {
            s.append(String.format(cell, c));
        }
        s.append(nothing ? String.format(cell, "-") : "");
        for (int label = 0; label < classes; label++) {
            s.append(String.format("%n%15d", label));
            for (int c = 0; c < classes; c++) {
                s.append(String.format(cell, count(label, c)));
            }
            s.append(nothing ? String.format(cell, count(label, NOTHING)) : "");
        }
        return s.toString();
    }

    private static int index(int classes, int label, int predicted) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("label " + label + " is not one of the " + classes + " classes 0.." + (classes - 1));
        }
        if (predicted < NOTHING || predicted >= classes) {
            throw new IllegalArgumentException("predicted class " + predicted + " is not one of the " + classes + " classes 0.."
                    + (classes - 1) + ", nor " + NOTHING + " for no prediction");
        }
        return label * (classes + 1) + (predicted == NOTHING ? classes : predicted);
    }

    /** A count in progress. */
    static final class Tally {
        private final int classes;
        private final long[] counts;

        Tally(int classes) {
            if (classes < 2) {
                throw new IllegalArgumentException("a confusion matrix needs at least 2 classes, found " + classes);
            }
            this.classes = classes;
            this.counts = new long[classes * (classes + 1)];
        }

        /** One more row of this label with this prediction, which may be {@link #NOTHING}. */
        void add(int label, int predicted) {
            counts[index(classes, label, predicted)]++;
        }

        /** The matrix so far; further counting does not change it. */
        ConfusionMatrix matrix() {
            return new ConfusionMatrix(classes, counts.clone());
        }
    }
}
