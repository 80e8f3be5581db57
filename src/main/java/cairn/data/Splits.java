package cairn.data;

import cairn.random.Key;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A data set split in three at random: every row is in exactly one part, and each part keeps the order of the source. A pure
 * function of the data set's size (and classes, if stratified), the counts and the key.
 *
 * @param train the rows of neither other part, at least one
 * @param validation may be empty
 * @param test may be empty
 */
public record Splits(DataSet train, DataSet validation, DataSet test) {

    /** @throws IllegalArgumentException if a row has a label that is none of the classes */
    public Splits {
        for (DataSet part : List.of(train, validation, test)) {
            requireLabels(part);
        }
    }

    /** The rows that are evaluated during training: the validation rows, or the test rows if there are none. */
    public DataSet monitored() {
        return validation.size() > 0 ? validation : test;
    }

    /** Parts of exactly these sizes, every row with the same probability. */
    public static Splits random(DataSet data, int validationRows, int testRows, Key key) {
        check(data, validationRows, testRows);
        return cut(data, key.fold("split").permutation(data.size()), validationRows, testRows);
    }

    /**
     * Parts of exactly these sizes with the class proportions of the whole: the number of rows of a class in the test
     * part, and in the validation part among the rows that the test part left, is within one of its share. Useful for small
     * sets.
     */
    public static Splits stratified(DataSet data, int validationRows, int testRows, Key key) {
        check(data, validationRows, testRows);
        if (!(data.labels() instanceof Labels.Classes classes)) {
            throw new IllegalArgumentException("cannot stratify " + data.name()
                    + ": its labels are real numbers, not classes; split it at random");
        }
        // A row without a class would be in no part.
        requireLabels(data);
        int[] byClass = byClass(data, classes.width(), key.fold("split"));
        int[] tested = everyShare(byClass, testRows, true);
        int[] rest = everyShare(byClass, testRows, false);
        int[] validated = everyShare(rest, validationRows, true);
        int[] trained = everyShare(rest, validationRows, false);
        int[] order = new int[data.size()];
        System.arraycopy(tested, 0, order, 0, testRows);
        System.arraycopy(validated, 0, order, testRows, validationRows);
        System.arraycopy(trained, 0, order, testRows + validationRows, trained.length);
        return cut(data, order, validationRows, testRows);
    }

    /** How many of {@code rows} a fraction means: the nearest whole number, halves up. */
    public static int rowsOf(double fraction, int rows) {
        if (!(fraction >= 0 && fraction < 1)) {
            throw new IllegalArgumentException("a part of a data set must be a fraction of at least 0 and below 1, found " + fraction);
        }
        return (int) Math.round(fraction * rows);
    }

    private static void check(DataSet data, int validationRows, int testRows) {
        if (validationRows < 0 || testRows < 0 || (long) validationRows + testRows >= data.size()) {
            throw new IllegalArgumentException("cannot split " + data.name() + ", which has " + data.size() + " rows, into "
                    + validationRows + " for validation and " + testRows + " for testing: no part may be negative and at least one row"
                    + " must be left to train on");
        }
    }

    /** A data set of a program's own may have any labels. */
    private static void requireLabels(DataSet data) {
        if (data.labels() instanceof Labels.Classes classes) {
            for (int row = 0; row < data.size(); row++) {
                classes.require(data.label(row), Rows.origin(data).name(), Rows.sourceRow(data, row));
            }
        }
    }

    /** The first {@code testRows} places of {@code order} are for testing, the next for validation, the others for training. */
    private static Splits cut(DataSet data, int[] order, int validationRows, int testRows) {
        int trainFrom = testRows + validationRows;
        return new Splits(part(data, "train", order, trainFrom, order.length), part(data, "validation", order, testRows, trainFrom),
                part(data, "test", order, 0, testRows));
    }

    private static DataSet part(DataSet data, String part, int[] order, int from, int to) {
        int[] rows = Arrays.copyOfRange(order, from, to);
        Arrays.sort(rows);
        return new Rows(data.name() + "/" + part, data, rows);
    }

    /** All rows, class after class, in random order within a class. */
    private static int[] byClass(DataSet data, int classes, Key key) {
        int[] rows = new int[data.size()];
        int filled = 0;
        int[] shuffled = key.permutation(data.size());
        for (int c = 0; c < classes; c++) {
            for (int row : shuffled) {
                if (data.label(row) == c) {
                    rows[filled++] = row;
                }
            }
        }
        return rows;
    }

    /**
     * Every (n/k)-th of {@code rows}: place i is taken if i·k/n passes a whole number there, which holds for exactly k places,
     * and in every stretch of m places for m·k/n of them, within one. Or, if not {@code taken}, the others.
     */
    private static int[] everyShare(int[] rows, int k, boolean taken) {
        long n = rows.length;
        BitSet chosen = new BitSet();
        for (int i = 0; i < n; i++) {
            chosen.set(i, ((i + 1L) * k / n > (long) i * k / n) == taken);
        }
        return chosen.stream().map(i -> rows[i]).toArray();
    }
}
