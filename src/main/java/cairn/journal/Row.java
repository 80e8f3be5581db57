package cairn.journal;

/**
 * One fact of a run.
 *
 * @param attempt how often the journal had been opened when it was written, counted from 1
 * @param step the step it belongs to
 * @param time when, in the unit of the writer's clock (milliseconds since 1970 in Cairn's own runs)
 * @param series what it is about: segments of {@code a-z 0-9 . _ -} joined by {@code /}
 * @param value a number as {@link Double#toString} writes it, or any text
 */
public record Row(long attempt, long step, long time, String series, String value) {

    /**
     * The series that says where a run has gone back to: what was appended before it, of later steps than its own, is no part of the
     * run any more. Its value says where those steps are now.
     */
    public static final String ROLLED_BACK = "rolled-back";
    /** The series that says in which environment an attempt computes its steps, as {@code name=value} lines; the step is where it begins. */
    public static final String ENVIRONMENT = "environment";
    /** The series that says how many rows are missing before it, because they could not be written for a long time. */
    public static final String MISSING = "missing-rows";
    /** No journal is opened more often. Then the number of an attempt stays short. */
    static final long MOST_ATTEMPTS = 999_999_999;

    /** The most bytes that the row of a number takes. */
    public static long mostBytes(String series, long step) {
        // The digits of the attempt and of the time, the longest number, what separates them, and the check.
        return 4 + Long.toString(step).length() + 13 + series.length() + 24 + 5 + Columns.CHECK_BYTES;
    }

    /** Whether {@code name} may name a series. */
    static boolean isSeries(String name) {
        boolean afterSlash = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isSlash = c == '/';
            if (isSlash ? afterSlash
                    : !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
                return false;
            }
            afterSlash = isSlash;
        }
        return !afterSlash;
    }
}
