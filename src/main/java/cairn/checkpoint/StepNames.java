package cairn.checkpoint;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of files that carry a step: {@code step-000000001200.safetensors}, and {@code .pinned} for the mark beside it. */
final class StepNames {
    private static final String CHECKPOINT = ".safetensors";
    private static final String PIN = ".pinned";
    private static final Pattern NAME = Pattern.compile("step-([0-9]{12,19})\\.[a-z]+");

    private StepNames() {
    }

    static String checkpoint(long step) {
        return name(step, CHECKPOINT);
    }

    static String pin(long step) {
        return name(step, PIN);
    }

    /** The steps of the checkpoints among {@code names}; a name that this class would not give is somebody else's. */
    static SortedSet<Long> checkpoints(List<String> names) {
        return steps(names, CHECKPOINT);
    }

    static SortedSet<Long> pins(List<String> names) {
        return steps(names, PIN);
    }

    private static SortedSet<Long> steps(List<String> names, String suffix) {
        SortedSet<Long> steps = new TreeSet<>();
        for (String name : names) {
            Matcher m = NAME.matcher(name);
            if (m.matches() && isLong(m.group(1)) && name.equals(name(Long.parseLong(m.group(1)), suffix))) {
                steps.add(Long.parseLong(m.group(1)));
            }
        }
        return steps;
    }

    private static boolean isLong(String digits) {
        return digits.length() < 19 || digits.compareTo(Long.toString(Long.MAX_VALUE)) <= 0;
    }

    private static String name(long step, String suffix) {
        return String.format(java.util.Locale.ROOT, "step-%012d%s", step, suffix);
    }
}
