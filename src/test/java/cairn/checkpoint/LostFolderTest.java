package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.FolderLostException;
import cairn.disk.Meddler;
import cairn.disk.RealDisk;
import cairn.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of the held folder: whatever another program does to the folder of a writer, and before whichever of its operations, the writer
 * says so and stops, and what stands at the path now stays to the bit as it was put there.
 */
@DisabledOnOs(OS.WINDOWS)
class LostFolderTest {
    private static final Ranking SMALLEST = Ranking.min("score");
    private static final RetentionPolicy LAST_ONE = RetentionPolicy.parse("last:1", SMALLEST);

    @TempDir
    Path root;

    private Path folder() {
        return root.resolve("runs/a");
    }

    /** What another program does to the folder, which is at the path of {@code LostFolderTest}'s run. */
    private enum Meddling {
        RENAMED {
            @Override
            void on(Path folder) throws IOException {
                Files.move(folder, folder.resolveSibling("elsewhere"));
            }
        },
        DELETED {
            @Override
            void on(Path folder) throws IOException {
                delete(folder);
            }
        },
        RENAMED_AND_MADE_AGAIN {
            @Override
            void on(Path folder) throws IOException {
                RENAMED.on(folder);
                anotherRun(folder);
            }
        },
        DELETED_AND_MADE_AGAIN {
            @Override
            void on(Path folder) throws IOException {
                DELETED.on(folder);
                anotherRun(folder);
            }
        },
        RENAMED_AND_LINKED_TO_ANOTHER {
            @Override
            void on(Path folder) throws IOException {
                RENAMED.on(folder);
                anotherRun(folder.resolveSibling("another"));
                Files.createSymbolicLink(folder, folder.resolveSibling("another"));
            }
        },
        LOCK_DELETED {
            @Override
            void on(Path folder) throws IOException {
                Files.delete(folder.resolve("lock"));
            }
        },
        LOCK_TAKEN_BY_ANOTHER {
            @Override
            void on(Path folder) throws IOException {
                LOCK_DELETED.on(folder);
                Files.writeString(folder.resolve("lock"), "process 1 on another\n");
            }
        },
        LOCK_A_LINK {
            @Override
            void on(Path folder) throws IOException {
                Files.move(folder.resolve("lock"), folder.resolve("lock.old"));
                Files.createSymbolicLink(folder.resolve("lock"), folder.resolve("lock.old"));
            }
        };

        abstract void on(Path folder) throws IOException;

        /** Whether the folder at the path is still the writer's, and only its lock is not. */
        boolean leavesFolder() {
            return name().startsWith("LOCK");
        }

        static void delete(Path folder) throws IOException {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }

        /** With files of all the names that a writer of the first one writes, moves and deletes. */
        static void anotherRun(Path folder) throws IOException {
            Files.createDirectories(folder);
            List<String> names = new ArrayList<>(List.of("lock", "run.json", "journal.csv", "step-000000000002.pinned",
                    "step-000000000009.pinned"));
            for (long step = 0; step <= 6; step++) {
                names.add(StepNames.checkpoint(step));
            }
            for (String name : List.copyOf(names)) {
                names.add("pending-" + name);
            }
            for (String name : names) {
                Files.writeString(folder.resolve(name), "another's " + name);
            }
        }
    }

    private interface Work {
        void on(RunFolder run, Journal journal) throws IOException;
    }

    private static final Map<String, Work> WORKS = new TreeMap<>(Map.of(
            "commit and prune", (run, journal) -> {
                run.store().commit(States.checkpoint(4));
                run.store().prune(LAST_ONE);
            },
            "replace", (run, journal) -> run.store().replace(States.checkpoint(3, 9)),
            "delete", (run, journal) -> run.store().delete(1),
            "pin", (run, journal) -> run.store().pin(3, true),
            "unpin", (run, journal) -> run.store().pin(2, false),
            "write a text", (run, journal) -> run.writeText("run.json", "new"),
            "delete leftovers", (run, journal) -> run.deleteLeftovers(Set.of("run.json")),
            "split off", (run, journal) -> run.splitOff(1, "before-rollback", Map.of("run.json", "later"), List.of("run.json")),
            "journal", (run, journal) -> {
                journal.append(1, "x", "x1");
                journal.flush();
                journal.append(2, "x", "x2");
                journal.force();
            }));

    static Stream<String> works() {
        return WORKS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("works")
    void whateverHappensToTheFolderTheWriterStopsAndTouchesNothingOfWhatIsThere(String name) throws IOException {
        Work work = WORKS.get(name);
        List<Integer> chances = check(work, Meddling.RENAMED, Integer.MAX_VALUE);
        assertThat(chances).isNotEmpty();
        for (Meddling meddling : Meddling.values()) {
            for (int k : chances) {
                check(work, meddling, k);
            }
        }
    }

    /** The operations before which something can happen. */
    private List<Integer> check(Work work, Meddling meddling, int k) throws IOException {
        Meddler meddler = new Meddler(new RealDisk());
        Map<Path, ByteBuffer> put = new TreeMap<>();
        Files.createDirectories(folder());
        RunFolder run = RunFolder.create(folder(), meddler.disk());
        Journal journal = Journal.open(run.disk(), run.file("journal.csv"), () -> 7);
        try {
            run.writeText("run.json", "old");
            for (long step = 1; step <= 3; step++) {
                run.store().commit(States.checkpoint(step));
            }
            run.store().pin(2, true);
            Files.writeString(folder().resolve("step-000000000009.pinned"), "");
            meddler.before(k, () -> {
                meddling.on(folder());
                put.putAll(others(meddling));
            });
            work.on(run, journal);
        } catch (FolderLostException e) {
            assertThat(meddler.hasHappened()).isTrue();
            assertThat(e).hasMessageContainingAll(folder().toString(), "changed nothing of what is there now", "had saved", "go on from there");
        } finally {
            closeQuietly(journal, run);
        }
        assertThat(meddler.hasHappened()).isEqualTo(k < Integer.MAX_VALUE);
        if (meddler.hasHappened()) {
            assertThat(others(meddling)).as("%s before operation %d", meddling, k).isEqualTo(put);
        }
        Meddling.delete(root.resolve("runs"));
        return meddler.chances();
    }

    private static void closeQuietly(Journal journal, RunFolder run) throws IOException {
        try {
            journal.close();
        } catch (FolderLostException rowsThatWereNotFlushed) {
            // Seen already.
        }
        run.close();
    }

    /** Every file in the folder of the run, or in the one to which a link leads, but for what the writer has open in its own folder. */
    private Map<Path, ByteBuffer> others(Meddling meddling) throws IOException {
        Map<Path, ByteBuffer> files = new TreeMap<>();
        if (Files.exists(folder())) {
            try (Stream<Path> all = Files.list(folder())) {
                for (Path file : all.toList()) {
                    files.put(file.getFileName(), ByteBuffer.wrap(Files.readAllBytes(file)));
                }
            }
        }
        files.keySet().removeIf(file -> meddling.leavesFolder() && file.toString().matches("pending-.*|lock.*"));
        return files;
    }
}
