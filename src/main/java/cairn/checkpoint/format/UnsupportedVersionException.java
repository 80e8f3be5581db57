package cairn.checkpoint.format;

/** A file is sound, and of a format version that this program does not read. */
public final class UnsupportedVersionException extends CheckpointException {
    private static final long serialVersionUID = 1L;

    UnsupportedVersionException(String file, long offset, long version, int oldest, int newest) {
        super(file, "header", offset, "cannot read " + file + ": it has format version " + version + ", this program reads "
                + (oldest == newest ? "version " + newest : "versions " + oldest + " to " + newest)
                + (version > newest ? "\nIt was written by a newer program. Use that one."
                        : "\nIt was written by an older program. Use the last release that reads it."));
    }
}
