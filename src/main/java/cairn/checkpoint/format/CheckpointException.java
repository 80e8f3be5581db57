package cairn.checkpoint.format;

import java.io.IOException;

/** A checkpoint's file cannot be used. Another one of the same run may be sound. */
public abstract sealed class CheckpointException extends IOException permits DamagedCheckpointException,
        ForeignCheckpointException, UnsupportedVersionException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final String where;
    private final long offset;

    CheckpointException(String file, String where, long offset, String message) {
        super(message);
        this.file = file;
        this.where = where;
        this.offset = offset;
    }

    /** The path of the file. */
    public String file() {
        return file;
    }

    /** The state path of the entry, or {@code header}. */
    public String where() {
        return where;
    }

    /** The byte in the file at which it shows. */
    public long offset() {
        return offset;
    }
}
