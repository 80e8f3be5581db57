package cairn.data.source;

import cairn.data.MalformedDataException;
import cairn.data.TableColumns.Role;
import cairn.words.Printable;
import cairn.words.Spelling;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What one field of a CSV file says: a number, or a word. */
final class CsvField {
    /** What it has taken it does not give back, so a million digits take no longer than they have to. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)([eE][+-]?\\d++)?");
    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "nan", "null", "none", "-");

    private CsvField() {
    }

    /** Whether {@code text} is one of the usual signs of a missing value. */
    static boolean isMissing(String text) {
        return MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /**
     * The number, or the number of the word.
     *
     * @throws MalformedDataException naming line and column, if it is missing, no number, or a word that is not known
     */
    static double value(CsvColumns.Column column, String text, Path file, long line, boolean isTrainedOn) throws MalformedDataException {
        if (column.role() == Role.IGNORED) {
            return 0;
        }
        String where = "line " + line + ", column \"" + Printable.brief(column.name()) + "\"";
        // None, NA or - may be the name of a class.
        if (column.role().hasWords() ? text.isEmpty() : isMissing(text)) {
            throw new MalformedDataException(file, where, "the value is missing" + (text.isEmpty() ? "" : " (\"" + text + "\")"),
                    isTrainedOn ? "fill it in, or remove the row or the column" : "fill it in, or remove the row");
        }
        if (column.role().hasWords()) {
            int number = column.words().number(text);
            if (number < 0) {
                throw new MalformedDataException(file, where, "\"" + Printable.brief(text) + "\" does not occur in the file that is trained on"
                        + Spelling.suggestion(text, column.words().words()), "known are " + column.words());
            }
            return number;
        }
        if (!isNumber(text)) {
            throw new MalformedDataException(file, where, "expected a number, found \"" + Printable.brief(text) + "\"",
                    !isTrainedOn ? "correct it; the column was one of numbers" : column.role() == Role.TARGET
                            ? "correct it; words are classes, and their column is named as label"
                            : "correct it, or name the column as categorical or ignored");
        }
        double number = Double.parseDouble(text);
        if (Float.isInfinite((float) number)) {
            throw new MalformedDataException(file, where, Printable.brief(text) + " is too large for a 32-bit number", "use another unit");
        }
        return number;
    }
}
