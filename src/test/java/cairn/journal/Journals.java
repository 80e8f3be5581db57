package cairn.journal;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whole journals in memory, for tests. */
public final class Journals {
    private Journals() {
    }

    /** All rows of a journal. */
    public static List<Row> rows(Path file) throws IOException {
        return rows(new RealDisk(), file);
    }

    static List<Row> rows(Disk disk, Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(disk, file)) {
            for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }

    static long tornBytes(Path file) throws IOException {
        return JournalTail.of(new RealDisk(), file).tornBytes();
    }

    /** All series of a journal. */
    public static RecordedSeries series(Path file) throws IOException {
        return RecordedSeries.read(new RealDisk(), file, series -> true, 0, Long.MAX_VALUE);
    }
}
