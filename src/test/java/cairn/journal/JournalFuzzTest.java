package cairn.journal;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.RealDisk;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whatever is in a journal, the answer is its rows or one typed error that names the line.
 *
 * <pre>JAZZER_FUZZ=1 mvn -B test -Dtest='JournalFuzzTest#anyLines'</pre>
 */
class JournalFuzzTest {

    /** The bytes follow a right heading. */
    @FuzzTest(maxDuration = "10m")
    void anyLines(byte[] lines) throws IOException {
        for (Columns columns : Columns.values()) {
            anyLines(columns, lines);
        }
    }

    private static void anyLines(Columns columns, byte[] lines) throws IOException {
        byte[] heading = (columns.heading() + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(heading, heading.length + lines.length);
        System.arraycopy(lines, 0, all, heading.length, lines.length);
        read(all);
    }

    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] bytes) throws IOException {
        read(bytes);
    }

    private static void read(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("journal", ".csv");
        try {
            Files.write(file, bytes);
            List<Row> rows;
            try {
                rows = Journals.rows(file);
            } catch (DamagedJournalException e) {
                assertThat(e).hasMessageContainingAll(file.toString(), "line");
                return;
            }
            assertThat(Journals.tornBytes(file)).isBetween(0L, (long) bytes.length);
            assertThat(rows).allSatisfy(row -> {
                assertThat(Row.isSeries(row.series())).isTrue();
                assertThat(row.attempt()).isPositive();
                assertThat(row.step()).isNotNegative();
            });
            // Appending forces the file, which is slow: for some of the inputs.
            if (java.util.Arrays.hashCode(bytes) % 16 == 0) {
                assertAppendingKeepsTheRows(file, rows);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void assertAppendingKeepsTheRows(Path file, List<Row> before) throws IOException {
        try (Journal journal = Journal.open(new RealDisk(), file, () -> 7)) {
            journal.append(3, "fuzz", 0.25);
        }
        assertThat(Journals.rows(file).subList(0, before.size())).isEqualTo(before);
        assertThat(Journals.series(file).value("fuzz", 3)).contains("0.25");
        assertThat(Journals.tornBytes(file)).isZero();
    }
}
