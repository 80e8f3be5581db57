package cairn.look;

import java.util.Locale;

/** A part of the rows of a run, in the order in which a look should show them. */
public enum Part {
    VALIDATION, TEST, TRAIN;

    /** Its name: {@code validation}, {@code test} or {@code train}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
