package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPlan;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.BadSpot;
import cairn.disk.Disk;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that the disk does not give is a damaged one: its file and the reason are told, and all other checkpoints are of use. */
class UnreadableFileTest {
    private static final Path FOLDER = Path.of("/disk/runs/one");
    private static final Ranking SMALLEST = Ranking.min("score");
    private static final RetentionPolicy LAST_ONE = RetentionPolicy.parse("last:1", SMALLEST);
    private static final List<Long> STEPS = List.of(1L, 2L, 3L, 4L, 5L);
    private static final Map<String, Supplier<IOException>> FAILURES = Map.of(
            "Input/output error", () -> new IOException("Input/output error"),
            "Permission denied", () -> new AccessDeniedException("/somewhere", null, "Permission denied"),
            "Is a directory", () -> new FileSystemException("/somewhere", null, "Is a directory"));

    @TempDir
    Path root;

    private static MemoryDisk disk() throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        try (DirectoryStore store = DirectoryStore.writing(FOLDER, disk)) {
            for (long step : STEPS) {
                store.commit(States.checkpoint(step));
            }
        }
        disk.settle();
        return disk;
    }

    private interface Work {
        void on(Disk disk, long bad, boolean isHeader) throws IOException;
    }

    /** Does {@code work} on a fresh disk for each checkpoint, each spot of its file and each way to fail. */
    private static void everywhere(Work work) throws IOException {
        int done = 0;
        for (long step : STEPS) {
            String file = StepNames.checkpoint(step);
            BadSpot whole = BadSpot.none(disk(), file);
            DirectoryStore.reading(FOLDER, whole).header(step);
            Set<BadSpot.Spot> header = Set.copyOf(whole.asked());
            DirectoryStore.reading(FOLDER, whole).read(step);
            for (BadSpot.Spot spot : new LinkedHashSet<>(whole.asked())) {
                for (Map.Entry<String, Supplier<IOException>> failure : FAILURES.entrySet()) {
                    try {
                        work.on(BadSpot.of(disk(), file, spot, failure.getValue()), step, header.contains(spot));
                        done++;
                    } catch (IOException | RuntimeException | AssertionError e) {
                        throw new AssertionError(failure.getKey() + " at " + spot + " of " + file, e);
                    }
                }
            }
        }
        assertThat(done).as("spots of all files, and ways to fail").isGreaterThan(5 * 3 * 8);
    }

    private static void assertTold(Throwable e, long step) {
        assertThat(e).isInstanceOf(DamagedCheckpointException.class).hasMessageContainingAll("damaged checkpoint",
                FOLDER.resolve(StepNames.checkpoint(step)).toString(), "cannot be read: ", "try again");
        assertThat(FAILURES.keySet()).anyMatch(reason -> e.getMessage().contains(reason));
    }

    private static List<Long> others(long step) {
        return STEPS.stream().filter(s -> s != step).toList();
    }

    @Test
    void whatIsReadOneByOneSaysWhichFileAndWhy() throws IOException {
        everywhere((disk, bad, isHeader) -> {
            DirectoryStore store = DirectoryStore.reading(FOLDER, disk);
            assertThatThrownBy(() -> store.read(bad)).satisfies(e -> assertTold(e, bad));
            assertThatThrownBy(() -> store.verify(bad)).satisfies(e -> assertTold(e, bad));
            if (isHeader) {
                assertThatThrownBy(() -> store.header(bad)).satisfies(e -> assertTold(e, bad));
            }
            List<DamagedCheckpointException> told = new ArrayList<>();
            assertThat(store.isSound(bad, told::add)).isFalse();
            assertThat(told).singleElement().satisfies(e -> assertTold(e, bad));
            for (long step : others(bad)) {
                assertThat(store.verify(step)).isEqualTo(States.checkpoint(step));
            }
        });
    }

    @Test
    void whatLooksAtAllOfThemGoesOn() throws IOException {
        everywhere((disk, bad, isHeader) -> {
            DirectoryStore store = DirectoryStore.reading(FOLDER, disk);
            CheckpointStore.Listing listing = store.listing();
            assertThat(listing.checkpoints()).extracting(CheckpointInfo::step).isEqualTo(isHeader ? others(bad) : STEPS);
            listing.unreadable().forEach(e -> assertTold(e, bad));
            assertThat(listing.unreadable()).hasSize(isHeader ? 1 : 0);

            List<CheckpointException> passed = new ArrayList<>();
            assertThat(store.readNewest(passed::add)).contains(States.checkpoint(bad == 5 ? 4 : 5));
            assertThat(passed).hasSize(bad == 5 ? 1 : 0).allSatisfy(e -> assertTold(e, bad));
            passed.clear();
            assertThat(store.newestHeader(passed::add).orElseThrow().step()).isEqualTo(bad == 5 && isHeader ? 4 : 5);
            assertThat(passed).hasSize(bad == 5 && isHeader ? 1 : 0);

            List<Verification> verified = new ArrayList<>();
            Verification.each(store, Verification.Expected.NOTHING, verified::add);
            assertThat(verified).filteredOn(v -> !v.isSound()).singleElement().satisfies(v -> assertTold(v.problem().orElseThrow(), bad));
        });
    }

    /** The newest is 5, the best is 1; 3 is needed by no one. */
    @Test
    void pruningKeepsAnotherInPlaceOfOneThatCannotBeReadAndLeavesThatAlone() throws IOException {
        everywhere((disk, bad, isHeader) -> {
            try (DirectoryStore store = DirectoryStore.writing(FOLDER, disk)) {
                List<DamagedCheckpointException> told = new ArrayList<>();
                RetentionPlan plan = store.plan(LAST_ONE, told::add);
                SortedSet<Long> kept = new TreeSet<>(List.of(bad == 1 ? 2L : 1L, bad == 5 ? 4L : 5L));
                assertThat(plan.keptSteps()).isEqualTo(kept);
                assertThat(told).hasSize((bad == 1 || bad == 5) && !isHeader ? 1 : 0).allSatisfy(e -> assertTold(e, bad));
                store.prune(plan);
                boolean isNeeded = bad == 1 || bad == 5;
                assertThat(store.steps()).isEqualTo(new TreeSet<>(isNeeded || isHeader
                        ? List.of(List.copyOf(kept), List.of(bad)).stream().flatMap(List::stream).collect(Collectors.toSet()) : kept));
                for (long step : kept) {
                    assertThat(store.verify(step)).isEqualTo(States.checkpoint(step));
                }
                // It is read, and told, once in a session.
                store.commit(States.checkpoint(6));
                assertThat(store.plan(LAST_ONE, e -> {
                    throw new AssertionError(e);
                }).keptSteps()).contains(6L, bad == 1 ? 2L : 1L);
            }
        });
    }

    @Test
    void theStepCanBeCommittedPinnedMovedAndDeleted() throws IOException {
        everywhere((disk, bad, isHeader) -> {
            try (RunFolder run = RunFolder.resume(FOLDER, disk)) {
                run.store().pin(bad, true);
                run.store().pin(bad, false);
                if (bad != 2) {
                    SplitOffRun later = run.splitOff(2, "aside", Map.of(), List.of()).orElseThrow();
                    assertThat(later.steps()).containsExactly(3L, 4L, 5L);
                    assertThat(run.store().steps()).containsExactly(1L, 2L);
                }
                run.store().delete(bad);
                assertThat(run.store().steps()).doesNotContain(bad);
            }
        });
        everywhere((disk, bad, isHeader) -> {
            try (DirectoryStore store = DirectoryStore.writing(FOLDER, disk)) {
                // A renamed file is another one for a real disk; this one goes by the name, so the new file cannot be read either.
                assertThat(store.commit(States.checkpoint(bad)).digest()).isEqualTo(States.checkpoint(bad).state().digest());
                assertThat(store.steps()).containsExactlyElementsOf(STEPS);
            }
        });
    }

    /** What no file is: a folder, a link to nothing. The disk of this machine. */
    @Test
    void aFolderOrALinkToNothingUnderTheNameOfACheckpointIsADamagedOne() throws IOException {
        Path folder = root.resolve("run");
        try (DirectoryStore store = DirectoryStore.writing(folder, new RealDisk())) {
            for (long step : STEPS) {
                store.commit(States.checkpoint(step));
            }
        }
        Files.createDirectory(folder.resolve(StepNames.checkpoint(6)));
        Files.createSymbolicLink(folder.resolve(StepNames.checkpoint(7)), root.resolve("nowhere"));
        try (DirectoryStore store = DirectoryStore.writing(folder, new RealDisk())) {
            List<String> told = new ArrayList<>();
            assertThat(store.readNewest(e -> told.add(e.getMessage()))).contains(States.checkpoint(5));
            assertThat(told.get(0)).contains(StepNames.checkpoint(7), "a link to a file that is not there");
            assertThat(told.get(1)).contains(StepNames.checkpoint(6), "it is a folder, and a plain file is expected");
            assertThat(told).hasSize(2);
            assertThat(store.list()).hasSize(5);
            List<Verification> verified = new ArrayList<>();
            Verification.each(store, Verification.Expected.NOTHING, verified::add);
            assertThat(verified).extracting(Verification::isSound).containsExactly(true, true, true, true, true, false, false);
            assertThat(store.prune(LAST_ONE)).extracting(CheckpointInfo::step).containsExactly(2L, 3L, 4L);
            assertThat(store.steps()).containsExactly(1L, 5L, 6L, 7L);
        }
    }

    /** It says nothing about the file that the thread which read it was told to end. */
    @Test
    void anInterruptedReaderCallsNothingDamaged() throws IOException {
        BadSpot disk = BadSpot.of(disk(), StepNames.checkpoint(5), new BadSpot.Spot("read", 0), ClosedByInterruptException::new);
        assertThatThrownBy(() -> DirectoryStore.reading(FOLDER, disk).readNewest(e -> {
            throw new AssertionError(e);
        })).isInstanceOf(ClosedByInterruptException.class);
    }
}
