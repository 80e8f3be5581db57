package cairn.cli.args;

import cairn.cli.terminal.CommandException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A range of steps, {@code FROM..TO}. Either end may be left out. */
public record ReplayRange(String text) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})?\\.\\.(\\d{1,18})?");

    public ReplayRange {
        if (!FORM.matcher(text).matches()) {
            throw CommandException.usage("--replay=" + text
                    + ": expected two steps, FROM..TO, such as --replay=100..200; or --replay alone,"
                    + " after the name of the run, for all steps");
        }
    }

    /** The step before the first one to train again; empty for the first step that can be reached. */
    public OptionalLong from() {
        return part(1);
    }

    /** The last step to train again; empty for the last step that was trained. */
    public OptionalLong to() {
        return part(2);
    }

    private OptionalLong part(int group) {
        Matcher m = FORM.matcher(text);
        m.matches();
        return m.group(group) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(m.group(group)));
    }
}
