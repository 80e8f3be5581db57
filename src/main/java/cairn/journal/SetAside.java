package cairn.journal;

import cairn.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that was in the place of a journal and is no sound journal. It has another name now and is kept for ever.
 *
 * @param file where it is now, such as {@code journal.damaged-1.csv}
 * @param problem what is wrong with it, and where
 */
public record SetAside(Path file, String problem) {
    private static final String ENDING = ".csv";

    /** Gives the file the first free name. */
    static SetAside rename(Disk disk, Path file, IOException unusable) throws IOException {
        String name = file.getFileName().toString();
        String begin = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
        Path aside = file;
        for (int n = 1; disk.exists(aside); n++) {
            aside = file.resolveSibling(begin + ".damaged-" + n + ENDING);
        }
        try {
            disk.rename(file, aside);
            disk.forceFolder(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            e.addSuppressed(unusable);
            throw e;
        }
        return new SetAside(aside, DamagedJournalException.problem(file, unusable));
    }

    /** What a user should know. */
    public String note() {
        return problem + "\nIt is now " + file + ", where nothing changes it. A new journal begins. The rows of a journal change no result.";
    }
}
