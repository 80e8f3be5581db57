package cairn.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A journal holds something that was never appended to it. */
public final class DamagedJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedJournalException(Path file, String where, String found) {
        super("damaged journal " + file + ": " + where + ": " + found
                + "\nThe rows of a journal change no result. Repair or remove that line, or move the file away.");
    }
}
