package cairn.checkpoint.format;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The names of files that carry a step: {@code step-000000001200.safetensors}, and {@code .pinned} for the mark beside it. */
public final class StepNames {
    private static final String CHECKPOINT = ".safetensors";
    private static final String PIN = ".pinned";
    private static final String PREFIX = "step-";
    private static final int LEAST_DIGITS = 12;
    private static final int MOST_DIGITS = 19;

    private StepNames() {
    }

    public static String checkpoint(long step) {
        return name(step, CHECKPOINT);
    }

    public static String pin(long step) {
        return name(step, PIN);
    }

    /** The steps of the checkpoints among {@code names}; a name that this class does not give belongs to the user or to another program. */
    public static SortedSet<Long> checkpoints(List<String> names) {
        return steps(names, CHECKPOINT);
    }

    public static SortedSet<Long> pins(List<String> names) {
        return steps(names, PIN);
    }

    private static SortedSet<Long> steps(List<String> names, String suffix) {
        SortedSet<Long> steps = new TreeSet<>();
        for (String name : names) {
            if (name.startsWith(PREFIX) && name.endsWith(suffix)) {
                String digits = name.substring(PREFIX.length(), Math.max(PREFIX.length(), name.length() - suffix.length()));
                if (isStep(digits)) {
                    steps.add(Long.parseLong(digits));
                }
            }
        }
        return steps;
    }

    /** Whether these are the digits that {@link #name} writes for a step. */
    private static boolean isStep(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return false;
            }
        }
        return digits.length() == LEAST_DIGITS
                || digits.length() > LEAST_DIGITS && digits.length() <= MOST_DIGITS && digits.charAt(0) != '0'
                && (digits.length() < MOST_DIGITS || digits.compareTo(Long.toString(Long.MAX_VALUE)) <= 0);
    }

    private static String name(long step, String suffix) {
        String digits = Long.toString(step);
        return PREFIX + "0".repeat(Math.max(0, LEAST_DIGITS - digits.length())) + digits + suffix;
    }
}
