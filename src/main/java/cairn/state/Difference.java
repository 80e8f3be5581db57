package cairn.state;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** One way in which two states differ: what kind, where, and what stands on each side ({@code ""} for nothing). */
public record Difference(Kind kind, String path, String live, String saved) {

    public enum Kind {
        /** The live side has it, the saved side has not. */
        MISSING,
        /** The saved side has it, the live side has not. */
        UNEXPECTED,
        /** Both have it; kind, element type or shape differ. */
        MISMATCHED,
        /** Both have it with the same schema; the content differs. */
        DIFFERENT
    }

    /** Every difference of two states, content included, in path order. */
    static List<Difference> between(State live, State saved) {
        List<Difference> found = new ArrayList<>();
        TreeSet<String> paths = new TreeSet<>(live.entries().keySet());
        paths.addAll(saved.entries().keySet());
        for (String path : paths) {
            Value here = live.entries().get(path);
            Value there = saved.entries().get(path);
            if (there == null) {
                found.add(new Difference(Kind.MISSING, path, here.describe(), ""));
            } else if (here == null) {
                found.add(new Difference(Kind.UNEXPECTED, path, "", there.describe()));
            } else if (!here.schema().equals(there.schema())) {
                found.add(new Difference(Kind.MISMATCHED, path, here.describe(), there.describe()));
            } else if (!here.equals(there)) {
                found.add(new Difference(Kind.DIFFERENT, path, here.describe(), there.describe()));
            }
        }
        return found;
    }

    /** The difference as one line, the path padded to {@code width}. */
    public String line(int width) {
        String both = switch (kind) {
            case MISSING -> "live " + live + "   saved nothing";
            case UNEXPECTED -> "live nothing   saved " + saved;
            default -> "live " + live + "   saved " + saved;
        };
        return String.format("%-10s  %-" + Math.max(1, width) + "s   %s", kind.name().toLowerCase(java.util.Locale.ROOT), path, both);
    }

    @Override
    public String toString() {
        return line(path.length());
    }
}
