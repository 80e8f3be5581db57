package cairn.checkpoint.format;

import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * A file is not what was written: bits changed, bytes missing or added, another program's file; or the disk does not give its bytes, and then
 * the disk's exception is the cause of this one.
 */
public final class DamagedCheckpointException extends CheckpointException {
    private static final long serialVersionUID = 1L;

    public DamagedCheckpointException(String file, String where, long offset, String found) {
        this(file, where, offset, found, "Take an earlier checkpoint, or copy this one again from where it came.");
    }

    private DamagedCheckpointException(String file, String where, long offset, String found, String advice) {
        super(file, where, offset, "damaged checkpoint "
                + Printable.line(file + ": " + where + " at byte " + offset + ": " + found)
                + "\nNothing of it was used. " + advice);
    }

    /** The bytes at {@code offset} cannot be read. For the reader it is the same as damage: another checkpoint may be sound. */
    static DamagedCheckpointException unreadable(String file, String where, long offset, IOException reason) {
        DamagedCheckpointException e = new DamagedCheckpointException(file, where, offset, "it cannot be read: " + text(reason),
                "If only a permission is missing, or the disk was away, put that right and try again. Otherwise take an earlier checkpoint,"
                        + " or copy this one again from where it came.");
        e.initCause(reason);
        return e;
    }

    private static String text(IOException reason) {
        if (reason instanceof NoSuchFileException) {
            return "it is a link to a file that is not there";
        } else if (reason instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return Optional.ofNullable(reason.getMessage()).orElse(reason.getClass().getSimpleName());
    }
}
