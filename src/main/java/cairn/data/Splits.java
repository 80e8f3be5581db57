package cairn.data;

import cairn.random.Key;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

    /** Whether the training rows and the validation rows are those of other splits of the same data set. */
    public boolean hasRowsOf(Splits other) {
        return areSame(train, other.train) && areSame(validation, other.validation);
    }

    private static boolean areSame(DataSet some, DataSet others) {
        return some.size() == others.size() && IntStream.range(0, some.size())
                .allMatch(row -> Rows.sourceRow(some, row) == Rows.sourceRow(others, row));
    }

    /** Parts of exactly these sizes, every row with the same probability. */
    public static Splits random(DataSet data, int validationRows, int testRows, Key key) {
        check(data, validationRows, testRows);
        return cut(data, key.fold("split").permutation(data.size()), validationRows, testRows);
    }

    /**
     * Parts of exactly these sizes with the class proportions of the whole, as {@link #proportional}, where each class has a row to train
     * on. If all rows of a class fell into the other parts, one of them is exchanged for a row of a class that the part lacks most and that
     * has others to train on. With fewer training rows than classes, some class has none.
     */
    public static Splits stratified(DataSet data, int validationRows, int testRows, Key key) {
        return new ClassShares(data, validationRows, testRows, key).trainingEveryClass().splits();
    }

    /**
     * Parts of exactly these sizes with the class proportions of the whole: the number of rows of a class in the test
     * part, and in the validation part among the rows that the test part left, is within one of its share. All rows of a rare class may
     * fall into one part.
     */
    public static Splits proportional(DataSet data, int validationRows, int testRows, Key key) {
        return new ClassShares(data, validationRows, testRows, key).splits();
    }

    /** How many of {@code rows} a fraction means: the nearest whole number, halves up. */
    public static int rowsOf(double fraction, int rows) {
        if (!(fraction >= 0 && fraction < 1)) {
            throw new IllegalArgumentException("a part of a data set must be a fraction of at least 0 and below 1, found " + fraction);
        }
        return (int) Math.round(fraction * rows);
    }

    static void check(DataSet data, int validationRows, int testRows) {
        if (validationRows < 0 || testRows < 0 || (long) validationRows + testRows >= data.size()) {
            throw new IllegalArgumentException("cannot split " + data.name() + ", which has " + data.size() + " rows, into "
                    + validationRows + " for validation and " + testRows + " for testing: no part may be negative and at least one row"
                    + " must be left to train on");
        }
    }

    /** A data set of a program's own may have any labels. */
    static void requireLabels(DataSet data) {
        if (data.labels() instanceof Labels.Classes classes) {
            for (int row = 0; row < data.size(); row++) {
                classes.require(data.label(row), Rows.origin(data).name(), Rows.sourceRow(data, row));
            }
        }
    }

    /** The first {@code testRows} places of {@code order} are for testing, the next for validation, the others for training. */
    static Splits cut(DataSet data, int[] order, int validationRows, int testRows) {
        int trainFrom = testRows + validationRows;
        return new Splits(part(data, "train", order, trainFrom, order.length), part(data, "validation", order, testRows, trainFrom),
                part(data, "test", order, 0, testRows));
    }

    private static DataSet part(DataSet data, String part, int[] order, int from, int to) {
        int[] rows = Arrays.copyOfRange(order, from, to);
        Arrays.sort(rows);
        return new Rows(data.name() + "/" + part, data, rows);
    }
}
