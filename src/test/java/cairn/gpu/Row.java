package cairn.gpu;

import java.util.Locale;

/** One line of the table: what was checked, the result, and what that means. */
record Row(String what, Verdict verdict, String result) {

    /** What a result means. */
    enum Verdict {
        /** As it should be. */
        PASSED,
        /** A number that has no bound. */
        MEASURED,
        /** Not checked; the result says why. */
        SKIPPED,
        /** Not as it should be, or the check could not be made. */
        FAILED;

        @Override
        public String toString() {
            return this == FAILED ? name() : name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String SEPARATOR = "\t";

    Row {
        what = plain(what);
        result = plain(result);
    }

    /** The row as a line of a file, for {@link #parse}. */
    String line() {
        return String.join(SEPARATOR, verdict.name(), what, result);
    }

    static Row parse(String line) {
        String[] cells = line.split(SEPARATOR, -1);
        if (cells.length != 3) {
            throw new IllegalArgumentException("expected verdict, subject and result separated by tabs, found: " + line);
        }
        return new Row(cells[1], Verdict.valueOf(cells[0]), cells[2]);
    }

    /** On one line, without the column separator of Markdown. */
    private static String plain(String text) {
        return text.strip().replaceAll("\\s+", " ").replace('|', '/');
    }
}
