package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.DataFolders;
import cairn.disk.FolderInUseException;
import cairn.disk.RealDisk;
import cairn.journal.Journals;
import cairn.recipe.Recipe;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.History;
import cairn.run.Lineage;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReplayTest {
    private static final ReplayListener NONE = ReplayListener.NONE;
    private static final ResumeOptions SOUND = ResumeOptions.standard().onDamaged(d -> {
        throw new AssertionError(d);
    });
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
            model: [dense: {units: 8}, batch-norm, relu, dropout: {rate: 0.2}, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            plateau: {factor: 0.5, patience: 0}
            average: {decay: 0.9}
            evaluate: {every: 6}
            """, "small");

    @TempDir
    Path root;

    private Path path;
    private final Map<Long, String> digests = new TreeMap<>();

    /** Makes a run of 40 steps with a checkpoint every 10 steps, and computes the digest of every step. */
    @BeforeEach
    void train() throws IOException {
        path = root.resolve("small");
        try (Run run = Run.create(path, RECIPE, Workspace.of(DataFolders.of(), CLOCKS))) {
            train(run, 40);
        }
        try (Trainer trainer = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()))) {
            for (long step = 0; step <= 50; step++) {
                trainer.trainTo(step);
                digests.put(step, trainer.snapshot().digest());
            }
        }
    }

    private static void train(Run run, long until) throws IOException {
        run.train(TrainOptions.until(until).save("10"));
    }

    private static List<Long> steps(Path run) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(run, new RealDisk())) {
            return List.copyOf(store.steps());
        }
    }

    private static String digest(Path run, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(run, new RealDisk())) {
            return store.verify(step).state().digest();
        }
    }

    @Test
    void everyStepIsReachedAndNothingIsWritten() throws IOException {
        byte[] journal = Files.readAllBytes(path.resolve("journal.csv"));
        try (RunReplay replay = RunReplay.reading(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            for (long step : new long[] {40, 33, 9, 0, 39, 10}) {
                assertThat(replay.goTo(step, NONE)).isEqualTo(new ReplayPath("checkpoint", step / 10 * 10, step));
                assertThat(replay.checkpoint().state().digest()).as("step %d", step).isEqualTo(digests.get(step));
            }
            assertThatThrownBy(() -> replay.goTo(41, NONE)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("step 41", "trained to step 40", "Resume the run to reach step 41");
            assertThatThrownBy(replay::keep).isInstanceOf(IllegalStateException.class).hasMessageContaining("reading");
        }
        assertThat(steps(path)).containsExactly(0L, 10L, 20L, 30L, 40L);
        assertThat(path.resolve("journal.csv")).hasBinaryContent(journal);
    }

    @Test
    void aStepThatIsKeptBecomesACheckpoint() throws IOException {
        try (RunReplay replay = RunReplay.writing(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            replay.goTo(36, NONE);
            assertThat(replay.keep().digest()).isEqualTo(digests.get(36L));
            assertThat(replay.keep().metrics()).containsKey(RECIPE.evaluate().monitor());
            assertThatThrownBy(() -> RunReplay.writing(path, Workspace.of(DataFolders.of(), CLOCKS)))
                    .isInstanceOf(FolderInUseException.class);
        }
        assertThat(steps(path)).containsExactly(0L, 10L, 20L, 30L, 36L, 40L);
        assertThat(History.of(new RealDisk(), path).digests()).containsEntry(36L, digests.get(36L));
    }

    /** The state at a step is the state after its evaluation. A checkpoint without the evaluation is incomplete. */
    @Test
    void goingToACheckpointWithoutItsEvaluationCompletesIt() throws IOException {
        try (Trainer trainer = Trainer.fresh(RECIPE, TrainingData.open(RECIPE,
                DataFolders.of())); DirectoryStore store = DirectoryStore.writing(path, new RealDisk())) {
            trainer.trainTo(35);
            trainer.step();
            assertThat(trainer.isEvaluationDue()).isTrue();
            store.commit(Checkpoint.of(36, trainer.snapshot()));
            store.pin(36, true);
        }
        try (RunReplay replay = RunReplay.writing(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThat(replay.goTo(36, NONE).replayed()).isZero();
            assertThat(replay.keep().digest()).isEqualTo(digests.get(36L));
            assertThat(replay.keep().pinned()).isTrue();
        }
        assertThat(digest(path, 36)).isEqualTo(digests.get(36L));
        assertThat(History.of(new RealDisk(), path).digests()).containsEntry(36L, digests.get(36L));
    }

    /** If a branch evaluates at other steps than its parent, an evaluation may be due at its first step. */
    @Test
    void aBranchMakesTheEvaluationThatIsDueAtItsFirstStep() throws IOException {
        Path branch = root.resolve("branch");
        try (Run run = Branch.from(path, 10).with("evaluate.every=5").into(branch, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThat(run.trainer().progress().evaluatedAt()).isEqualTo(10);
            assertThat(run.checkpoints()).singleElement().satisfies(c -> assertThat(c.metrics()).containsKey(RECIPE.evaluate().monitor()));
        }
        String first = digest(branch, 10);
        assertThat(Journals.series(branch.resolve("journal.csv")).names()).anyMatch(n -> n.startsWith("evaluation/"));
        try (RunReplay replay = RunReplay.writing(branch, Workspace.of(DataFolders.of(), CLOCKS))) {
            replay.goTo(10, NONE);
            assertThat(replay.keep().digest()).isEqualTo(first);
        }
        try (Run run = Run.resume(branch, Workspace.of(DataFolders.of(), CLOCKS), SOUND)) {
            train(run, 20);
        }
        assertThat(digest(branch, 10)).isEqualTo(first);
    }

    /** After a kill, the journal may have more steps than the newest checkpoint. */
    @Test
    void stepsAfterTheNewestCheckpointAreReachedIfTheJournalHasThem() throws IOException {
        Files.delete(path.resolve("step-000000000040.safetensors"));
        try (RunReplay replay = RunReplay.reading(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThat(replay.goTo(38, NONE).replayed()).isEqualTo(8);
            assertThat(replay.checkpoint().state().digest()).isEqualTo(digests.get(38L));
            assertThatThrownBy(() -> replay.goTo(41, NONE)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRollbackMovesLaterCheckpointsIntoANewRun() throws IOException {
        double loss = Journals.series(path.resolve("journal.csv")).number("train/loss", 40).getAsDouble();
        Path splitOff;
        try (RunReplay replay = RunReplay.writing(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            splitOff = replay.rollbackTo(17, NONE).orElseThrow();
        }
        assertThat(splitOff).isEqualTo(root.resolve("small.before-rollback-1"));
        assertThat(steps(path)).containsExactly(0L, 10L, 17L);
        assertThat(steps(splitOff)).containsExactly(17L, 20L, 30L, 40L);
        assertThat(digest(splitOff, 40)).isEqualTo(digests.get(40L));
        assertThat(Run.recipe(splitOff).digest()).isEqualTo(RECIPE.digest());
        assertThat(Run.parent(splitOff)).contains(new Lineage("small", "../small", 17, digests.get(17L),
                List.of("set aside when small went back to step 17")));
        assertThat(Journals.series(path.resolve("journal.csv")).values("train/loss").lastKey()).isEqualTo(17);
        assertThat(Journals.series(path.resolve("journal.csv")).lastStep()).isEqualTo(17);
        assertThat(Journals.series(splitOff.resolve("journal.csv")).number("train/loss", 40).getAsDouble()).isEqualTo(loss);

        // Later steps are reached in the new run. Earlier steps are not.
        try (RunReplay later = RunReplay.reading(splitOff, Workspace.of(DataFolders.of(), CLOCKS))) {
            later.goTo(35, NONE);
            assertThat(later.checkpoint().state().digest()).isEqualTo(digests.get(35L));
            assertThatThrownBy(() -> later.goTo(16, NONE)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("step 16");
        }
        // Both runs go on and reach the same end.
        for (Path each : List.of(path, splitOff)) {
            try (Run run = Run.resume(each, Workspace.of(DataFolders.of(), CLOCKS), SOUND)) {
                train(run, 50);
            }
            assertThat(digest(each, 50)).isEqualTo(digests.get(50L));
        }
        assertThat(Journals.series(path.resolve("journal.csv")).number("train/loss", 40).getAsDouble()).isEqualTo(loss);
        assertThat(Journals.series(path.resolve("journal.csv")).values("train/loss")).hasSize(50);
    }

    @Test
    void aRollbackToAStoredStepComputesNothingAndCanBeRepeated() throws IOException {
        assertThat(RunReplay.rollback(path, 20, CLOCKS, note -> { })).contains(root.resolve("small.before-rollback-1"));
        assertThat(RunReplay.rollback(path, 20, CLOCKS, note -> { })).isEmpty();
        assertThat(steps(path)).containsExactly(0L, 10L, 20L);
        assertThat(steps(root.resolve("small.before-rollback-1"))).containsExactly(20L, 30L, 40L);
        assertThat(Journals.rows(path.resolve("journal.csv"))).filteredOn(r -> r.series().equals("rolled-back")).hasSize(1);
    }

    @Test
    void aRunThatWasRolledBackGoesOnFromThere() throws IOException {
        rollback(25, "small.before-rollback-1");
        try (Run run = Run.resume(path, Workspace.of(DataFolders.of(), CLOCKS), ResumeOptions.standard())) {
            assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(25L));
            assertThat(run.resumedFrom()).hasValue(25);
            train(run, 50);
        }
        rollback(45, "small.before-rollback-2");
        assertThat(steps(path)).containsExactly(0L, 10L, 20L, 25L, 30L, 40L, 45L);
        assertThat(digest(path, 45)).isEqualTo(digests.get(45L));
    }

    private void rollback(long step, String splitOff) throws IOException {
        try (RunReplay replay = RunReplay.writing(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThat(replay.rollbackTo(step, NONE)).contains(root.resolve(splitOff));
        }
    }

    /** The rollback is refused before anything has moved. */
    @Test
    void aStepThatCannotBeReachedIsRefusedAndNothingHasMoved() throws IOException {
        try (RunReplay replay = RunReplay.writing(path, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThatThrownBy(() -> replay.rollbackTo(41, NONE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> replay.rollbackTo(-3, NONE)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(steps(path)).containsExactly(0L, 10L, 20L, 30L, 40L);
        assertThat(root.resolve("small.before-rollback-1")).doesNotExist();
    }
}
