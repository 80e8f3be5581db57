package cairn.journal;

import cairn.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what another process appends to a journal, as it comes. It reads each row once, from where it was, so that the length of the journal
 * costs nothing.
 */
public final class JournalFollower {
    private final Disk disk;
    private final Path file;
    private long at;

    private JournalFollower(Disk disk, Path file, long at) {
        this.disk = disk;
        this.file = file;
        this.at = at;
    }

    /** From the end of the journal on, or from the beginning of one that is not there yet. */
    public static JournalFollower fromEnd(Disk disk, Path file) throws IOException {
        try {
            return new JournalFollower(disk, file, JournalTail.of(disk, file).wholeBytes());
        } catch (NoSuchFileException notYet) {
            return new JournalFollower(disk, file, 0);
        }
    }

    /**
     * The rows since the last call, at most {@code most} of them. If the file has become another, shorter one, it is read from its beginning.
     *
     * @throws DamagedJournalException if what was appended is no row; nothing of it is read again
     */
    public List<Row> next(int most) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (JournalReader reader = JournalReader.from(disk, file, at)) {
            while (rows.size() < most) {
                Optional<Row> row = reader.next();
                if (row.isEmpty()) {
                    break;
                }
                rows.add(row.get());
            }
            at = reader.reached();
        } catch (NoSuchFileException notYet) {
            at = 0;
        } catch (DamagedJournalException e) {
            at = JournalTail.of(disk, file).wholeBytes();
            throw e;
        }
        return rows;
    }
}
