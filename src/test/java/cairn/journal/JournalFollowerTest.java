package cairn.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFollowerTest {
    private static final int ALL = 1000;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal.csv");
    }

    private void append(long... steps) throws IOException {
        try (Journal journal = Journal.open(new RealDisk(), file, () -> 7)) {
            for (long step : steps) {
                journal.append(step, "train/loss", step / 2.0);
            }
        }
    }

    private static List<Long> steps(List<Row> rows) {
        return rows.stream().map(Row::step).toList();
    }

    @Test
    void eachRowIsReadOnceFromTheEndOn() throws IOException {
        append(1, 2);
        JournalFollower follower = JournalFollower.fromEnd(new RealDisk(), file);
        assertThat(follower.next(ALL)).isEmpty();
        append(3, 4, 5);
        assertThat(follower.next(2)).extracting(Row::step, Row::value).containsExactly(org.assertj.core.groups.Tuple.tuple(3L, "1.5"),
                org.assertj.core.groups.Tuple.tuple(4L, "2.0"));
        append(6);
        assertThat(steps(follower.next(ALL))).containsExactly(5L, 6L);
        assertThat(follower.next(ALL)).isEmpty();
    }

    @Test
    void aJournalThatIsNotThereYetIsReadFromItsBeginning() throws IOException {
        JournalFollower follower = JournalFollower.fromEnd(new RealDisk(), file);
        assertThat(follower.next(ALL)).isEmpty();
        append(1, 2);
        assertThat(steps(follower.next(ALL))).containsExactly(1L, 2L);
    }

    /** A row that is being written is read when it is whole. */
    @Test
    void aTornRowWaitsForItsEnd() throws IOException {
        append(1);
        JournalFollower follower = JournalFollower.fromEnd(new RealDisk(), file);
        append(2);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 6));
        assertThat(follower.next(ALL)).isEmpty();
        Files.write(file, whole);
        assertThat(steps(follower.next(ALL))).containsExactly(2L);
    }

    @Test
    void aShorterFileIsAnotherOne() throws IOException {
        append(1, 2, 3, 4, 5, 6, 7, 8);
        JournalFollower follower = JournalFollower.fromEnd(new RealDisk(), file);
        Files.delete(file);
        append(1, 2);
        assertThat(steps(follower.next(ALL))).containsExactly(1L, 2L);
    }

    @Test
    void damageIsToldOnceAndWhatFollowsIsRead() throws IOException {
        append(1);
        JournalFollower follower = JournalFollower.fromEnd(new RealDisk(), file);
        Files.writeString(file, "no row\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> follower.next(ALL)).isInstanceOf(DamagedJournalException.class);
        assertThat(follower.next(ALL)).isEmpty();
    }
}
