package cairn.cli.look;

import cairn.cli.terminal.CommandException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Row numbers as people write them: {@code 3,5,9..12}. */
public final class RowList {
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(?:\\.\\.(\\d{1,9}))?");
    private static final int MOST = 10_000;

    private RowList() {
    }

    /**
     * The numbers, each once, in the order in which they are written.
     *
     * @param what what they are the value of, for messages
     */
    public static List<Integer> parse(String what, String text) {
        Set<Integer> rows = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            Matcher m = PART.matcher(part.strip());
            if (!m.matches()) {
                throw CommandException.usage(what + " " + text + ": expected row numbers, such as 3,5,9..12");
            }
            int from = Integer.parseInt(m.group(1));
            int to = m.group(2) == null ? from : Integer.parseInt(m.group(2));
            if (to < from) {
                throw CommandException.usage(what + " " + text + ": " + part.strip() + " ends before it begins");
            } else if ((long) to - from + rows.size() >= MOST) {
                throw CommandException.usage(what + " " + text + ": more than " + MOST + " rows are not shown at once");
            }
            for (int row = from; row <= to; row++) {
                rows.add(row);
            }
        }
        return new ArrayList<>(rows);
    }
}
