package cairn.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import cairn.disk.Disk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.FaultyDisk;
import cairn.disk.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The law of the journal: whatever operation of the disk fails, and whatever a failure of the machine makes of all that was not forced,
 * rows that were forced are there, in front, and behind them only rows that were appended, in their order, each once. The caller sees
 * the failure, with the file and what to do, unless every row is there nevertheless; and the next one can go on.
 */
class JournalCrashTest {
    private static final int MOST_OPERATIONS = 100;
    private static final Path FILE = Path.of("/disk/run/journal.csv");
    private static final Path ASIDE = FILE.resolveSibling("journal.damaged-1.csv");
    private static final String TORN = "1,9,1,x,0.";

    /** What a session appends, and how far it came. */
    private static final class Session {
        private final List<String> appended = new ArrayList<>();
        private int forced;

        void on(Disk disk) throws IOException {
            try (Journal journal = Journal.open(disk, FILE, () -> 7)) {
                append(journal, 1);
                append(journal, 2);
                journal.flush();
                append(journal, 3);
                force(journal);
                append(journal, 4);
                journal.flush();
                append(journal, 5);
                force(journal);
                append(journal, 6);
            }
        }

        private void append(Journal journal, long step) throws IOException {
            appended.add("x" + step);
            journal.append(step, "x", "x" + step);
        }

        private void force(Journal journal) throws IOException {
            journal.force();
            forced = appended.size();
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aFailureAtAnyOperationLosesNoRowThatWasForced(Fault fault) throws IOException {
        for (boolean isNew : new boolean[] {true, false}) {
            boolean hasFailed = true;
            for (int k = 1; hasFailed; k++) {
                assertThat(k).isLessThan(MOST_OPERATIONS);
                MemoryDisk disk = disk(isNew);
                FaultyDisk faulty = new FaultyDisk(disk);
                faulty.failAt(k, fault);
                Session session = new Session();
                boolean isDone = true;
                try {
                    session.on(faulty);
                } catch (IOException e) {
                    isDone = false;
                    assertThat(e).hasMessageContainingAll(FILE.toString(), "made up", "What was saved before is safe", "resume the run");
                }
                hasFailed = faulty.hasFailed();
                if (isDone) {
                    // Rows that could not be handed over at first were handed over later.
                    List<String> all = new ArrayList<>(isNew ? List.of() : List.of("old"));
                    all.addAll(session.appended);
                    assertThat(values(disk)).as("%s", faulty.operations()).isEqualTo(all);
                } else {
                    assertThat(hasFailed).isTrue();
                }
                for (MemoryDisk left : disk.survivors()) {
                    check(left, isNew ? List.of() : List.of("old"), session, fault + " at " + k + " of " + faulty.operations());
                }
            }
        }
    }

    private static MemoryDisk disk(boolean isNew) throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        disk.createFolders(FILE.getParent());
        if (!isNew) {
            disk.put(FILE, Journals.text("1,1,1,x,old") + TORN);
        }
        return disk;
    }

    private static void check(MemoryDisk left, List<String> before, Session session, String what) {
        try {
            List<String> all = new ArrayList<>(before);
            all.addAll(session.appended);
            int forced = before.size() + session.forced;
            boolean isDamaged = false;
            List<String> found = new ArrayList<>();
            for (Path file : List.of(ASIDE, FILE)) {
                if (left.exists(file)) {
                    try (JournalReader reader = JournalReader.open(left, file)) {
                        for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
                            found.add(row.get().value());
                        }
                    } catch (DamagedJournalException e) {
                        // A bit has flipped in what was not forced.
                        assertThat(e).hasMessageContainingAll(file.toString(), "line");
                        isDamaged = true;
                    }
                }
            }
            assertThat(found).hasSizeGreaterThanOrEqualTo(forced);
            assertThat(found.subList(0, forced)).isEqualTo(all.subList(0, forced));
            if (!isDamaged) {
                assertThat(found).hasSizeLessThanOrEqualTo(all.size());
                int differing = 0;
                for (int i = forced; i < found.size(); i++) {
                    differing += found.get(i).equals(all.get(i)) ? 0 : 1;
                }
                assertThat(differing).as("%s, appended %s", found, all).isLessThanOrEqualTo(1);
                goOn(left, found);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            fail(what + ", left " + left.files(), e);
        }
    }

    /** All rows, also those of a journal that could not be read for a moment and was set aside. */
    private static List<String> values(Disk disk) throws IOException {
        List<String> values = new ArrayList<>();
        for (Path file : List.of(ASIDE, FILE)) {
            if (disk.exists(file)) {
                Journals.rows(disk, file).forEach(row -> values.add(row.value()));
            }
        }
        return values;
    }

    private static void goOn(MemoryDisk left, List<String> found) throws IOException {
        try (Journal journal = Journal.open(left, FILE, () -> 8)) {
            journal.append(10, "x", "next");
            journal.force();
        }
        List<String> expected = new ArrayList<>(found);
        expected.add("next");
        assertThat(values(left)).isEqualTo(expected);
    }

    /** A disk that is full at one moment only: the caller tries again, and every row is there once. */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "CRASH", mode = EnumSource.Mode.EXCLUDE)
    void rowsThatCouldNotBeHandedOverAreHandedOverByTheNextCall(Fault fault) throws IOException {
        boolean hasFailed = true;
        for (int k = 1; hasFailed; k++) {
            assertThat(k).isLessThan(MOST_OPERATIONS);
            MemoryDisk disk = disk(true);
            FaultyDisk faulty = new FaultyDisk(disk);
            List<String> all = new ArrayList<>();
            try (Journal journal = Journal.open(faulty, FILE, () -> 7)) {
                faulty.failAt(k, fault);
                for (int step = 1; step <= 4; step++) {
                    all.add("x" + step);
                    journal.append(step, "x", "x" + step);
                    try {
                        journal.flush();
                    } catch (IOException e) {
                        assertThat(e).hasMessageContainingAll("cannot append to " + FILE, "made up");
                    }
                }
            }
            hasFailed = faulty.hasFailed();
            assertThat(Journals.rows(disk, FILE)).as("%s", faulty.operations()).extracting(Row::value).containsExactlyElementsOf(all);
        }
    }

    /** What a force that failed was to bring to the medium may be missing there, and no later force can tell. */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "CRASH", mode = EnumSource.Mode.EXCLUDE)
    void afterAForceThatFailedNoneSucceeds(Fault fault) throws IOException {
        FaultyDisk faulty = new FaultyDisk(disk(true));
        Journal journal = Journal.open(faulty, FILE, () -> 7);
        journal.append(1, "x", 1.0);
        journal.flush();
        faulty.failAt(1, fault);
        for (int i = 0; i < 2; i++) {
            org.assertj.core.api.Assertions.assertThatThrownBy(journal::force).isInstanceOf(IOException.class)
                    .hasMessageContainingAll(FILE.toString(), "made up");
            journal.append(2, "x", 2.0);
        }
        journal.close();
        assertThat(faulty.operations().stream().filter(o -> o.startsWith("force journal"))).hasSize(1);
    }

    /** The journal is read as far as the disk lets it, and the failure says where. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aDiskThatCannotBeReadIsToldWithTheFileAndIsNoDamage(Fault fault) throws IOException {
        MemoryDisk disk = disk(true);
        Session session = new Session();
        session.on(disk);
        boolean hasFailed = true;
        for (int k = 1; hasFailed; k++) {
            FaultyDisk faulty = new FaultyDisk(disk);
            faulty.failAt(k, fault);
            try {
                assertThat(Journals.rows(faulty, FILE)).extracting(Row::value).containsExactlyElementsOf(session.appended);
            } catch (IOException e) {
                assertThat(e).isNotInstanceOf(DamagedJournalException.class)
                        .hasMessageContainingAll("cannot read the journal " + FILE, "made up", "try again");
            }
            hasFailed = faulty.hasFailed();
        }
    }
}
