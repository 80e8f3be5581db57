package cairn.data.source;

import java.util.List;

/**
 * What the columns of a CSV file mean. A column that is not named here is a numeric feature. Columns are named by the
 * header, or by their numbers {@code "1"}, {@code "2"}, ... if there is none.
 *
 * @param label the column of classes; empty if there are {@code targets} instead
 * @param targets the columns of real numbers to predict
 * @param categorical features that are words
 * @param encoding how words become numbers
 * @param ignored columns to leave out, such as a row number
 * @param header whether the first line names the columns
 * @param separator between two columns
 */
public record CsvSchema(String label, List<String> targets, List<String> categorical, Encoding encoding, List<String> ignored,
        boolean header, char separator) {

    public enum Encoding {
        /** One feature a category, 1 at the row's own and 0 elsewhere. */
        ONE_HOT,
        /** One feature, the index of the row's category. */
        INTEGER
    }

    public CsvSchema {
        targets = List.copyOf(targets);
        categorical = List.copyOf(categorical);
        ignored = List.copyOf(ignored);
        if (label.isEmpty() == targets.isEmpty()) {
            throw new IllegalArgumentException("a CSV file needs either a label column, for classes, or target columns, for real"
                    + " numbers; found "
                    + (label.isEmpty() ? "neither" : "label \"" + label + "\" and targets " + targets));
        }
        if (separator == '"' || separator == '\n' || separator == '\r') {
            throw new IllegalArgumentException("a CSV separator cannot be a quote or a line break");
        }
    }

    /** A header, commas, numeric features and one column of classes. */
    public static CsvSchema classes(String label) {
        return new CsvSchema(label, List.of(), List.of(), Encoding.ONE_HOT, List.of(), true, ',');
    }

    /** Numbers alone, by their place. */
    static CsvSchema numbers(char separator) {
        return new CsvSchema("1", List.of(), List.of(), Encoding.ONE_HOT, List.of(), false, separator);
    }

    CsvSchema separatedBy(char other) {
        return new CsvSchema(label, targets, categorical, encoding, ignored, header, other);
    }

    /** A separator in words. */
    static String name(char separator) {
        return separator == '\t' ? "tabs" : "'" + separator + "'";
    }
}
