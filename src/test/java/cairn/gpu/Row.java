package cairn.gpu;

import java.util.Locale;

/** One line of the table: what was looked at, what was found, and what that means. */
record Row(String what, Verdict verdict, String result) {

    /** What a finding means. */
    enum Verdict {
        /** As it should be. */
        PASSED,
        /** A figure without a bound. */
        MEASURED,
        /** Not looked at; the result says why. */
        SKIPPED,
        /** Not as it should be, or not to be found out. */
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
            throw new IllegalArgumentException("a verdict, what it is about and a result were expected between tabs, found: " + line);
        }
        return new Row(cells[1], Verdict.valueOf(cells[0]), cells[2]);
    }

    /** On one line, and without what has a meaning in a table. */
    private static String plain(String text) {
        return text.strip().replaceAll("\\s+", " ").replace('|', '/');
    }
}
