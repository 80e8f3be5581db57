package cairn.journal;

import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A journal holds something that was never appended to it. */
public final class DamagedJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedJournalException(Path file, String where, String found) {
        super("damaged journal " + Printable.line(file + ": " + where + ": " + found)
                + "\nThe rows of a journal change no result. Repair or remove that line, or move the file away.");
    }

    /** What is wrong, in one line, without advice. */
    static String problem(Path file, IOException e) {
        return e instanceof DamagedJournalException ? e.getMessage().lines().findFirst().orElse("")
                : "cannot read the journal " + file + ": " + reason(e.getCause() instanceof IOException cause ? cause : e);
    }

    /** The reason of a failure. Some of Java's own exceptions have only the path as their message. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return e instanceof AccessDeniedException ? "permission denied"
                    : e instanceof NoSuchFileException ? "there is no such file, or it is a link that leads to nothing"
                    : e.getClass().getSimpleName();
        }
        return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    }
}
