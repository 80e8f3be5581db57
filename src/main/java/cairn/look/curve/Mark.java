package cairn.look.curve;

/**
 * Something that happened to a run at a step.
 *
 * @param step the step after which it happened
 * @param text one line for a reader
 */
public record Mark(long step, Kind kind, String text) {

    /** What happened. */
    public enum Kind {
        /** The run begins here, as a branch of another run. */
        BRANCH("branch"),
        /** The run went back to this step. */
        ROLLBACK("rollback"),
        /** Another session goes on from here. */
        RESUME("resume"),
        /** The recovery rule acted on a fault. */
        RECOVERY("recovery"),
        /** A fault did not come again. */
        PASSED("passed"),
        /** Rows of the journal are missing before here. */
        MISSING("missing");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
