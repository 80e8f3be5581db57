package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.StepNames;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.FolderInUseException;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves that was not finished: recognized surely, used or deleted by the next command; nothing of the user's with it. */
class UnfinishedRunTest {
    private static final Path RUNS = Path.of("/disk/runs");
    private static final Path RUN = RUNS.resolve("one");
    private static final Path BRANCH = RUNS.resolve("two");
    private static final List<String> TEXTS = List.of("run.json", "journal.csv", "recipe.yaml");

    @TempDir
    Path root;

    private static void begin(Disk disk) throws IOException {
        try (RunFolder branch = RunFolder.create(BRANCH, disk)) {
            branch.begin("a branch of one at step 3", 3, TEXTS);
            branch.store().commit(States.checkpoint(3));
            branch.store().pin(3, true);
            branch.writeText("run.json", "facts");
        }
    }

    private static void put(Disk disk, Path file) throws IOException {
        try (Disk.Output output = disk.create(file)) {
            output.write(StandardCharsets.UTF_8.encode("mine"));
        }
    }

    @Test
    void aBranchThatWasNotFinishedIsListedAndDeletedWithItsFolder() throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        begin(disk);
        UnfinishedRun unfinished = UnfinishedRun.in(BRANCH, disk).orElseThrow();
        assertThat(unfinished.what()).isEqualTo("a branch of one at step 3");
        assertThat(unfinished.leftovers(disk)).extracting(Leftover::fileName)
                .containsExactly("run.json", StepNames.pin(3), StepNames.checkpoint(3), UnfinishedRun.MARK, "lock");
        assertThat(unfinished.delete(disk)).hasSize(5);
        assertThat(disk.exists(BRANCH)).isFalse();
    }

    @Test
    void theSameNameCanBeUsedAgain() throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        begin(disk);
        RunFolder.requireEmpty(BRANCH, disk);
        try (RunFolder again = RunFolder.create(BRANCH, disk)) {
            assertThat(disk.list(BRANCH)).containsExactly("lock");
            again.begin("a branch of one at step 4", 4, TEXTS);
            again.writeText("recipe.yaml", "name: two");
            again.finish();
        }
        assertThat(disk.list(BRANCH)).containsExactlyInAnyOrder("lock", "recipe.yaml");
        assertThat(UnfinishedRun.in(BRANCH, disk)).isEmpty();
        assertThatThrownBy(() -> RunFolder.requireEmpty(BRANCH, disk)).isInstanceOf(FileAlreadyExistsException.class);
    }

    /** What the mark does not name was not made with it. */
    @Test
    void nothingThatTheMarkDoesNotNameIsEverDeleted() throws IOException {
        for (String name : List.of("notes.txt", StepNames.checkpoint(4), StepNames.pin(7), "recipe.yaml", "pending-notes.txt", "journal.csv.bak")) {
            MemoryDisk disk = new MemoryDisk(true);
            begin(disk);
            UnfinishedRun before = UnfinishedRun.in(BRANCH, disk).orElseThrow();
            put(disk, BRANCH.resolve(name));
            disk.settle();
            Map<Path, ByteBuffer> files = disk.files();
            assertThat(UnfinishedRun.in(BRANCH, disk)).as(name).isEmpty();
            assertThat(before.delete(disk)).as("it was looked at before %s came", name).isEmpty();
            if (!name.startsWith("pending-")) {
                assertThatThrownBy(() -> RunFolder.create(BRANCH, disk)).as(name).isInstanceOf(FileAlreadyExistsException.class);
            }
            assertThat(disk.files()).as(name).isEqualTo(files);
        }
        MemoryDisk edited = new MemoryDisk(true);
        edited.createFolders(BRANCH);
        for (String text : List.of("", "mine", "step 3\nfiles run.json\n", "a\nstep 3\nfiles run.json notes.txt", "a\nstep x\nfiles a\n")) {
            edited.put(BRANCH.resolve(UnfinishedRun.MARK), text);
            assertThat(UnfinishedRun.in(BRANCH, edited)).as(text).isEmpty();
        }
    }

    @Test
    void whatIsBeingMadeNowIsRefused() throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        try (RunFolder branch = RunFolder.create(BRANCH, disk)) {
            branch.begin("a branch of one at step 3", 3, TEXTS);
            UnfinishedRun now = UnfinishedRun.in(BRANCH, disk).orElseThrow();
            assertThatThrownBy(() -> now.delete(disk)).isInstanceOf(FolderInUseException.class);
            assertThatThrownBy(() -> RunFolder.create(BRANCH, disk)).isInstanceOf(FolderInUseException.class);
            branch.writeText("run.json", "facts");
            assertThat(branch.readText("run.json")).contains("facts");
        }
    }

    /** A process that was killed at once has left its lock; the lock of another program is not touched. */
    @Test
    void aLockAloneIsDeletedIfItIsOurs() throws IOException {
        Path begun = Files.createDirectory(root.resolve("begun"));
        Path foreign = Files.createDirectory(root.resolve("foreign"));
        Path empty = Files.createDirectory(root.resolve("empty"));
        Files.writeString(begun.resolve("lock"), "process 4711 on a-machine\n");
        Files.writeString(foreign.resolve("lock"), "my notes");
        assertThat(UnfinishedRun.in(foreign, new RealDisk())).isEmpty();
        assertThat(UnfinishedRun.in(empty, new RealDisk())).isEmpty();
        assertThat(UnfinishedRun.in(begun, new RealDisk()).orElseThrow().delete(new RealDisk())).hasSize(1);
        assertThat(begun).doesNotExist();
        assertThat(foreign.resolve("lock")).hasContent("my notes");
    }

    // --- what is split off

    /** 1 to 4 are stored, the recipe stands there. */
    private static MemoryDisk run() throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        try (RunFolder run = RunFolder.create(RUN, disk)) {
            run.writeText("recipe.yaml", "name: one");
            for (long step = 1; step <= 4; step++) {
                run.store().commit(States.checkpoint(step));
            }
            run.store().pin(3, true);
        }
        disk.settle();
        return disk;
    }

    private static Optional<SplitOffRun> goBack(Disk disk) throws IOException {
        try (RunFolder run = RunFolder.resume(RUN, disk)) {
            return run.splitOff(2, "before-rollback", Map.of("run.json", "facts"), List.of("recipe.yaml"));
        }
    }

    private static Map<String, ByteBuffer> withoutLocks(MemoryDisk disk) {
        Map<String, ByteBuffer> files = new TreeMap<>();
        disk.files().forEach((file, bytes) -> files.put(RUNS.relativize(file).toString(), bytes));
        files.keySet().removeIf(name -> name.endsWith("/lock"));
        return files;
    }

    /** A rename across file systems fails, and then nothing was changed, and nothing is left. */
    @Test
    void aRunThatCannotBeMovedFromIsRefusedBeforeAnythingIsMade() throws IOException {
        MemoryDisk disk = run();
        Map<String, ByteBuffer> before = withoutLocks(disk);
        Disk mounted = new FaultyDisk(disk) {
            @Override
            public void rename(Path from, Path to) throws IOException {
                if (!from.getParent().equals(to.getParent())) {
                    throw new AtomicMoveNotSupportedException(from.toString(), to.toString(), "Invalid cross-device link");
                }
                super.rename(from, to);
            }
        };
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> goBack(mounted)).isInstanceOf(FileSystemException.class).hasMessageContainingAll(RUN.toString(),
                    "different file systems", "mount point", "Nothing was changed", "Copy the run");
            assertThat(withoutLocks(disk)).isEqualTo(before);
            assertThat(disk.exists(RUNS.resolve("one.before-rollback-1"))).isFalse();
        }
    }

    /** After a failure that is no end of the process, everything later has moved, or nothing and then nothing is left, or it is said. */
    @Test
    void aFailureBeforeTheFirstMoveLeavesNothing() throws IOException {
        boolean hasFailed = true;
        int undone = 0;
        int parts = 0;
        for (int k = 1; hasFailed; k++) {
            MemoryDisk disk = run();
            Map<String, ByteBuffer> before = withoutLocks(disk);
            FaultyDisk faulty = new FaultyDisk(disk);
            faulty.failAt(k, Fault.NO_SPACE);
            try {
                goBack(faulty);
            } catch (IOException e) {
                if (e.getMessage().contains("only a part")) {
                    assertThat(e).hasMessageContainingAll("Nothing is lost", "go back to step 2 again", "made up");
                    parts++;
                } else if (disk.exists(RUN.resolve(StepNames.checkpoint(4)))) {
                    boolean isLeft = disk.exists(RUNS.resolve("one.before-rollback-1"));
                    if (!isLeft) {
                        assertThat(withoutLocks(disk)).isEqualTo(before);
                        undone++;
                    }
                }
            }
            hasFailed = faulty.hasFailed();
            // And again, whatever has happened.
            goBack(disk);
            try (RunFolder run = RunFolder.read(RUN, disk); RunFolder later = RunFolder.read(RUNS.resolve("one.before-rollback-1"), disk)) {
                assertThat(run.store().steps()).containsExactly(1L, 2L);
                assertThat(later.store().steps()).containsExactly(2L, 3L, 4L);
                assertThat(later.readText("recipe.yaml")).contains("name: one");
                assertThat(later.readText(SplitOffRun.MOVING)).isEmpty();
                assertThat(disk.exists(RUNS.resolve("one.before-rollback-2"))).isFalse();
            }
        }
        assertThat(undone).isGreaterThan(30);
        assertThat(parts).isGreaterThan(3);
    }

    /** A rollback that was killed early, and another one that was asked for then: it uses the folder. */
    @Test
    void whatAnotherSplitHasLeftIsUsed() throws IOException {
        MemoryDisk disk = run();
        FaultyDisk faulty = new FaultyDisk(disk);
        int k = 1;
        while (!disk.exists(RUNS.resolve("one.before-rollback-1").resolve(StepNames.checkpoint(2)))) {
            disk = run();
            faulty = new FaultyDisk(disk);
            faulty.failAt(k++, Fault.CRASH);
            FaultyDisk dying = faulty;
            assertThatThrownBy(() -> goBack(dying)).isInstanceOf(IOException.class);
        }
        MemoryDisk left = disk.survivors().iterator().next();
        assertThat(UnfinishedRun.in(RUNS.resolve("one.before-rollback-1"), left)).isPresent();
        try (RunFolder run = RunFolder.resume(RUN, left)) {
            SplitOffRun later = run.splitOff(3, "before-rollback", Map.of("run.json", "facts"), List.of("recipe.yaml")).orElseThrow();
            assertThat(later).isEqualTo(new SplitOffRun(RUNS.resolve("one.before-rollback-1"), List.of(4L)));
        }
        try (RunFolder later = RunFolder.read(RUNS.resolve("one.before-rollback-1"), left)) {
            assertThat(later.store().steps()).containsExactly(3L, 4L);
        }
    }

    /** The folder of a run may be a link to another disk: what is split off is then beside the folder to which it leads. */
    @Test
    void aLinkedRunIsSplitWhereItReallyIs() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path elsewhere = Files.isWritable(memory) ? Files.createTempDirectory(memory, "cairn") : Files.createDirectory(root.resolve("elsewhere"));
        try {
            Path real = elsewhere.resolve("large");
            try (RunFolder run = RunFolder.create(real, new RealDisk())) {
                run.store().commit(States.checkpoint(1));
                run.store().commit(States.checkpoint(2));
            }
            Path link = Files.createSymbolicLink(root.resolve("one"), real);
            try (RunFolder run = RunFolder.resume(link, new RealDisk())) {
                SplitOffRun later = run.splitOff(1, "before-rollback", Map.of(), List.of()).orElseThrow();
                assertThat(later.folder().toRealPath()).isEqualTo(elsewhere.toRealPath().resolve("large.before-rollback-1"));
                assertThat(later.steps()).containsExactly(2L);
                assertThat(run.store().steps()).containsExactly(1L);
            }
        } finally {
            try (var all = Files.walk(elsewhere)) {
                for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    @Test
    void aLongNameIsShortenedForWhatIsSplitOff() throws IOException {
        String name = "n".repeat(249);
        for (String each : List.of(name + "1", name + "2")) {
            try (RunFolder run = RunFolder.create(root.resolve(each), new RealDisk())) {
                run.store().commit(States.checkpoint(1));
                run.store().commit(States.checkpoint(2));
                SplitOffRun later = run.splitOff(1, "before-rollback", Map.of(), List.of()).orElseThrow();
                assertThat(later.folder().getFileName().toString()).hasSize(255)
                        .endsWith("nnn.before-rollback-" + each.substring(249));
            }
        }
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            return;
        }
        // Letters of several bytes are not cut through.
        try (RunFolder run = RunFolder.create(root.resolve("\u00e9".repeat(125)), new RealDisk())) {
            run.store().commit(States.checkpoint(1));
            run.store().commit(States.checkpoint(2));
            assertThat(run.splitOff(1, "before-rollback", Map.of(), List.of())).isPresent();
        }
    }
}
