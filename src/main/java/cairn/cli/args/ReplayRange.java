package cairn.cli.args;

import cairn.cli.terminal.CommandException;
import cairn.replay.RunReplay;
import java.io.IOException;
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

    public long from(RunReplay run) throws IOException {
        String from = part(1);
        return from == null ? run.oldest() : Long.parseLong(from);
    }

    public long to(RunReplay run) throws IOException {
        String to = part(2);
        return to == null ? run.newest() : Long.parseLong(to);
    }

    private String part(int group) {
        Matcher m = FORM.matcher(text);
        m.matches();
        return m.group(group);
    }
}
