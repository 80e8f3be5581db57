package cairn.state;

/** One way in which two states differ: what kind, where, and what stands on each side ({@code ""} for nothing). */
public record Difference(Kind kind, String path, String live, String saved) {

    public enum Kind {
        /** The live side has it, the saved side has not. */
        MISSING,
        /** The saved side has it, the live side has not. */
        UNEXPECTED,
        /** Both have it, with another kind, element type or shape. */
        MISMATCHED,
        /** Both have it with the same schema and other content. */
        DIFFERENT
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
