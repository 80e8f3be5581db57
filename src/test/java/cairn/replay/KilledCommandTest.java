package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.UnfinishedRun;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.data.source.DataFolders;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.MemoryDisk;
import cairn.recipe.Recipe;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.transfer.StateFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A branch, and a rollback to a step that is not stored, killed at every operation on the disk. Then the same command again, or a clean-up:
 * the end is as if nothing had been killed, and a file of the user is still there.
 */
class KilledCommandTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final Path RUNS = Path.of("/disk/runs");
    private static final Path PARENT = RUNS.resolve("small");
    private static final Path BRANCH = RUNS.resolve("branch");
    private static final Path SPLIT = RUNS.resolve("small.before-rollback-1");
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
            model: [dense: {units: 4}, relu, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            evaluate: {every: 6}
            """, "small");

    private static MemoryDisk trained;

    @BeforeAll
    static void train() throws IOException {
        trained = new MemoryDisk(true);
        try (Run run = Run.create(PARENT, RECIPE, workspace(trained))) {
            run.train(TrainOptions.until(12).save("4"));
        }
        trained.put(PARENT.resolve("notes.txt"), "mine");
        trained.put(RUNS.resolve("other").resolve("notes.txt"), "mine");
        trained.settle();
    }

    private static Workspace workspace(Disk disk) {
        return new Workspace(disk, DataFolders.of(), CLOCKS);
    }

    private interface Work {
        void on(Disk disk) throws IOException;
    }

    private static void branch(Disk disk) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(PARENT, disk)) {
            Branch branch = new Branch(PARENT, RECIPE, store.read(8), RECIPE.with(List.of("optimizer.learning-rate=0.01", "evaluate.every=4")),
                    StateFilter.all());
            branch.into(BRANCH, workspace(disk)).close();
        }
    }

    private static void rollBack(Disk disk) throws IOException {
        try (RunReplay replay = RunReplay.writing(PARENT, workspace(disk))) {
            replay.rollbackTo(6, ReplayListener.NONE);
        }
    }

    /** What a user sees: runs, their texts, and the digests of their checkpoints with the pins. */
    private static SortedMap<String, String> seen(MemoryDisk disk) throws IOException {
        SortedMap<String, String> seen = new TreeMap<>();
        for (Path run : List.of(PARENT, BRANCH, SPLIT)) {
            if (!disk.exists(run)) {
                continue;
            }
            for (String name : disk.list(run)) {
                // What is in run.json has an identity and times. A failure of the machine may damage rows that were not forced.
                if (!name.startsWith("journal.damaged-")) {
                    seen.put(run.getFileName() + "/" + name, "");
                }
            }
            try (DirectoryStore store = DirectoryStore.reading(run, disk)) {
                for (CheckpointInfo c : store.list()) {
                    store.verify(c.step());
                    seen.put(run.getFileName() + "/" + c.fileName(), c.digest() + (c.pinned() ? " pinned" : ""));
                }
            }
        }
        return seen;
    }

    private static void killedAtEveryOperation(Work work, Path made) throws IOException {
        MemoryDisk whole = trained.survivors().iterator().next();
        Map<String, String> before = seen(whole);
        work.on(whole);
        Map<String, String> expected = seen(whole);
        assertThat(expected).containsKey(made.getFileName() + "/" + RunFiles.RECIPE);
        FaultyDisk unharmed = new FaultyDisk(trained.survivors().iterator().next());
        work.on(unharmed);
        List<String> operations = unharmed.operations();
        int unfinished = 0;
        for (int k = 1; k <= operations.size(); k++) {
            if (operations.get(k - 1).matches("(exists|list|open|size|read|held|usable-bytes) .*")) {
                // A death here leaves what one at the next change does.
                continue;
            }
            MemoryDisk disk = trained.survivors().iterator().next();
            FaultyDisk faulty = new FaultyDisk(disk);
            faulty.failAt(k, Fault.CRASH);
            try {
                work.on(faulty);
            } catch (IOException dead) {
                assertThat(faulty.hasFailed()).as(dead.toString()).isTrue();
            }
            // As the process has left it, and one of those that a failure of the machine leaves.
            List<MemoryDisk> left = new ArrayList<>(disk.survivors());
            for (MemoryDisk one : List.of(left.get(0), left.get(k % left.size()))) {
                try {
                    unfinished += check(work, made, one, before, expected);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError("killed at " + k + " of " + faulty.operations() + ", left " + one.files().keySet(), e);
                }
            }
        }
        assertThat(unfinished).as("disks with a folder that was not finished").isGreaterThan(20);
    }

    /** Returns 1 if there was an unfinished folder. */
    private static int check(Work work, Path made, MemoryDisk left, Map<String, String> before, Map<String, String> expected)
            throws IOException {
        MemoryDisk cleaned = left.survivors().iterator().next();
        MemoryDisk again = left.survivors().iterator().next();

        boolean isRun = again.exists(made.resolve(RunFiles.RECIPE));
        if (!isRun || !made.equals(BRANCH)) {
            work.on(again);
        }
        Map<String, String> ended = new TreeMap<>(seen(again));
        if (isRun) {
            // A branch that was whole but for its mark: the next session takes that away.
            Run.resume(made, workspace(again), ResumeOptions.standard()).close();
            ended = new TreeMap<>(seen(again));
        }
        assertThat(ended).as("the same command again").isEqualTo(expected);

        boolean isUnfinished = cleaned.exists(made) && UnfinishedRun.in(made, cleaned).isPresent();
        if (isUnfinished) {
            UnfinishedRun.in(made, cleaned).orElseThrow().delete(cleaned);
            assertThat(cleaned.exists(made)).isFalse();
        } else if (cleaned.exists(made)) {
            assertThat(cleaned.exists(made.resolve(RunFiles.RECIPE)) || cleaned.list(made).isEmpty()).as("what no command takes").isTrue();
        }
        for (String file : before.keySet()) {
            boolean isMoved = made.equals(SPLIT) && seen(cleaned).containsKey(file.replaceFirst("small/", SPLIT.getFileName() + "/"));
            assertThat(seen(cleaned).containsKey(file) || isMoved).as("%s is there", file).isTrue();
        }
        assertThat(cleaned.files()).containsKeys(PARENT.resolve("notes.txt"), RUNS.resolve("other").resolve("notes.txt"));
        return isUnfinished ? 1 : 0;
    }

    @Test
    void aKilledBranchIsMadeAgainOrCleanedAway() throws IOException {
        killedAtEveryOperation(KilledCommandTest::branch, BRANCH);
    }

    @Test
    void aKilledRollbackIsFinishedOrCleanedAway() throws IOException {
        killedAtEveryOperation(KilledCommandTest::rollBack, SPLIT);
    }
}
