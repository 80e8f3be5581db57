package cairn.explain;

import java.util.Locale;
import java.util.Optional;

/**
 * A number that speaks for a finding.
 *
 * @param what what was measured, and where: {@code the update of 0.dense relative to its weights}
 * @param value its value
 * @param limit the limit that it has passed, if it was compared with one
 * @param isAbove whether a value above the limit is ill, and not one below it
 * @param step the step, if it belongs to one
 */
public record Evidence(String what, double value, Optional<Double> limit, boolean isAbove, Optional<Long> step) {

    static Evidence above(String what, double value, double limit, long step) {
        return new Evidence(what, value, Optional.of(limit), true, Optional.of(step));
    }

    static Evidence below(String what, double value, double limit, long step) {
        return new Evidence(what, value, Optional.of(limit), false, Optional.of(step));
    }

    /** A number to compare with, without a limit. */
    static Evidence of(String what, double value, long step) {
        return new Evidence(what, value, Optional.empty(), true, Optional.of(step));
    }

    static Evidence of(String what, double value) {
        return new Evidence(what, value, Optional.empty(), true, Optional.empty());
    }

    /** {@code what: 43.5 at step 1 (limit: at most 1)}. */
    @Override
    public String toString() {
        return what + ": " + number(value) + step.map(s -> " at step " + s).orElse("")
                + limit.map(l -> " (" + (isAbove ? "ill from " : "ill below ") + number(l) + ")").orElse("");
    }

    /** Three digits, which is what a reader compares. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        double size = Math.abs(value);
        return value == Math.rint(value) && size < 1e6 ? Long.toString((long) value)
                : String.format(Locale.ROOT, size >= 1e5 || size < 1e-3 ? "%.2e" : size >= 100 ? "%.0f" : size >= 1 ? "%.2f" : "%.3g",
                value);
    }
}
