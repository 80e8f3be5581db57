package cairn.journal;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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

    /** The text of a journal with these rows, which are given without their checks. */
    static String text(String... rows) {
        StringBuilder text = new StringBuilder(Columns.CHECKED.heading()).append('\n');
        for (String row : rows) {
            text.append(row).append(',').append(check(row)).append('\n');
        }
        return text.toString();
    }

    /** Appends rows, which are given without their checks, to a journal of whole lines. */
    public static void append(Path file, Stream<String> rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
            for (String row : (Iterable<String>) rows::iterator) {
                out.append(row).append(',').append(check(row)).append('\n');
            }
        }
    }

    /** A line of a journal after an edit of its row, with the check that fits. */
    public static String edited(String line, UnaryOperator<String> edit) {
        String row = edit.apply(line.substring(0, line.lastIndexOf(',')));
        return row + ',' + check(row);
    }

    private static String check(String row) {
        byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
        return Columns.check(bytes, 0, bytes.length);
    }

    static long tornBytes(Path file) throws IOException {
        return JournalTail.of(new RealDisk(), file).tornBytes();
    }

    /** All series of a journal. */
    public static RecordedSeries series(Path file) throws IOException {
        return RecordedSeries.read(new RealDisk(), file, series -> true, 0, Long.MAX_VALUE);
    }
}
