package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.disk.RealDisk;
import cairn.random.Key;
import cairn.recovery.TrainingFaultException;
import cairn.replay.Replay;
import cairn.replay.ReplayListener;
import cairn.replay.ReplayPath;
import cairn.replay.SnapshotBuffer;
import cairn.replay.SnapshotSource;
import cairn.state.State;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The law of replay: any step can be reached, whichever snapshots are kept, and has the same bits as before. */
class ReplayTest {

    @TempDir
    Path folder;

    /** A training with averages, patience, the memory of a plateau rule, running statistics and optimizer vectors. */
    private static Subject tracked() {
        Subject iris = Subjects.get("iris");
        return Subjects.of("tracked", iris.recipe().with(List.of("optimizer={rule: nadam, learning-rate: 0.05}", "evaluate.every=7",
                "plateau={factor: 0.5, patience: 0, cooldown: 1}", "average={decay: 0.9, warmup: true}")));
    }

    private static List<String> digests(Trainer trainer, long until) {
        List<String> digests = new ArrayList<>();
        Stepper stepper = new Stepper(trainer);
        stepper.evaluateIfDue();
        digests.add(trainer.snapshot().digest());
        while (trainer.position().step() < until) {
            stepper.next();
            digests.add(trainer.snapshot().digest());
        }
        return digests;
    }

    @Test
    void everyStepOfThreeHundredIsReachedFromSnapshotsEveryFifty() throws IOException {
        Subject subject = tracked();
        try (CheckpointStore store = DirectoryStore.writing(folder, new RealDisk()); Trainer unbroken = subject.fresh();
                Trainer saved = subject.fresh(); Trainer replayed = subject.fresh()) {
            List<String> digests = digests(unbroken, 300);
            Subject.run(saved, 300, "50", store, List.of());
            assertThat(store.steps()).containsExactly(0L, 50L, 100L, 150L, 200L, 250L, 300L);
            Replay replay = Replay.of(replayed, List.of(SnapshotSource.of(store)));
            int equal = 0;
            for (int k : Key.of(3).permutation(301)) {
                ReplayPath path = replay.goTo(k);
                assertThat(path.replayed()).isLessThan(50).isEqualTo(k % 50);
                assertThat(replayed.snapshot().digest()).as("step %d", k).isEqualTo(digests.get(k));
                equal++;
            }
            assertThat(equal).isEqualTo(301);
        }
    }

    static Stream<Subject> richest() {
        return Stream.of(Subjects.get("everything"), Subjects.get("own"), tracked());
    }

    static Stream<SnapshotBuffer> buffers() {
        return Stream.of(SnapshotBuffer.of(2), SnapshotBuffer.of(5), SnapshotBuffer.of(30), SnapshotBuffer.of(4).every(6),
                SnapshotBuffer.of(4).thinned(), SnapshotBuffer.of(3).every(2).thinned(),
                SnapshotBuffer.of(30).within(300_000));
    }

    @ParameterizedTest
    @MethodSource("buffers")
    void aReplayGoesToTheStateOfItsStepWhateverTheBufferHasKept(SnapshotBuffer buffer) throws IOException {
        Subject subject = Subjects.get("everything");
        try (Trainer trainer = subject.fresh()) {
            Replay replay = Replay.of(trainer, buffer);
            replay.trainTo(Subject.STEPS);
            for (long k : new long[] {19, 3, 12, 12, 6, 20, 0, 9, 1}) {
                replay.goTo(k);
                assertThat(trainer.snapshot().digest()).as("step %d", k).isEqualTo(subject.unbroken(k));
            }
            replay.trainTo(Subject.STEPS);
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(Subject.STEPS));
        }
    }

    /** Best metric, patience, the memory of the plateau rule and the averages are those of the step. */
    @ParameterizedTest
    @MethodSource("richest")
    void aReplayRestoresTheResultsOfEvaluations(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            Replay replay = Replay.of(trainer, SnapshotBuffer.of(3).every(5).thinned());
            replay.trainTo(9);
            State then = trainer.snapshot();
            long evaluations = trainer.progress().evaluations();
            replay.trainTo(Subject.STEPS);
            assertThat(trainer.progress().evaluations()).isGreaterThan(evaluations);
            replay.goTo(9);
            assertThat(trainer.snapshot().diff(then)).isEmpty();
            assertThat(trainer.progress().evaluations()).isEqualTo(evaluations);
        }
    }

    @Test
    void withoutABufferAReplayStartsAtTheBeginning() throws IOException {
        Subject subject = Subjects.get("everything");
        try (Trainer trainer = subject.fresh()) {
            Subject.run(trainer, 12);
            Replay replay = Replay.of(trainer);
            assertThat(replay.goTo(7)).isEqualTo(new ReplayPath("beginning", 0, 7));
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(7));
            assertThat(replay.goTo(9)).as("forward").isEqualTo(new ReplayPath("here", 7, 9));
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(9));
        }
    }

    /** After a restore, earlier snapshots may belong to another training. */
    @Test
    void afterARestoreOnlySnapshotsSinceThenAreUsed() throws IOException {
        Subject subject = tracked();
        try (Trainer trainer = subject.fresh(); Trainer other = subject.fresh()) {
            Replay replay = Replay.of(trainer, SnapshotBuffer.of(30));
            replay.trainTo(4);
            Subject.run(other, 10);
            trainer.restore(other.snapshot());
            replay.trainTo(12);
            State before = trainer.snapshot();
            assertThatThrownBy(() -> replay.goTo(9)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("step 9", "there is no snapshot at or before it");
            assertThatThrownBy(() -> replay.goTo(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("count from 0");
            assertThat(trainer.snapshot()).isEqualTo(before);
            replay.goTo(11);
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(11));
        }
    }

    @Test
    void theNearestSnapshotOfAllSourcesIsTaken() throws IOException {
        Subject subject = tracked();
        try (CheckpointStore store = new InMemoryStore(); Trainer trainer = subject.fresh()) {
            SnapshotBuffer buffer = SnapshotBuffer.of(4).every(2);
            Replay training = Replay.of(trainer, buffer);
            for (int step = 0; step <= Subject.STEPS; step += 5) {
                training.trainTo(step);
                store.commit(Checkpoint.of(step, trainer.snapshot()));
            }
            assertThat(buffer.steps()).containsExactly(14L, 16L, 18L, 20L);
            Replay replay = Replay.of(trainer, List.of(buffer, SnapshotSource.of(store)));
            assertThat(replay.path(18)).isEqualTo(new ReplayPath("memory", 18, 18));
            assertThat(replay.path(20)).as("of equally near ones the first source").isEqualTo(new ReplayPath("memory", 20, 20));
            assertThat(replay.path(15)).isEqualTo(new ReplayPath("checkpoint", 15, 15));
            assertThat(replay.path(17)).isEqualTo(new ReplayPath("memory", 16, 17));
            assertThat(replay.path(11)).isEqualTo(new ReplayPath("checkpoint", 10, 11));
            buffer.forget();
            assertThat(replay.path(18)).isEqualTo(new ReplayPath("checkpoint", 15, 18));
        }
    }

    @Test
    void aDamagedCheckpointIsSkippedAndReported() throws IOException {
        Subject subject = tracked();
        try (DirectoryStore store = DirectoryStore.writing(folder, new RealDisk()); Trainer trainer = subject.fresh()) {
            Subject.run(trainer, 15, "5", store, List.of());
            Path file = folder.resolve(store.list().get(2).fileName());
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
            List<String> calls = new ArrayList<>();
            ReplayPath path = Replay.of(trainer, List.of(SnapshotSource.of(store))).goTo(12, new ReplayListener() {
                @Override
                public void onStart(ReplayPath start) {
                    calls.add("from " + start.from() + ", " + start.replayed() + " steps");
                }

                @Override
                public void onDamaged(DamagedCheckpointException damaged) {
                    calls.add("damaged");
                }

                @Override
                public void stepped(StepReport report) {
                    calls.add("step " + report.step());
                }
            });
            assertThat(path).isEqualTo(new ReplayPath("checkpoint", 5, 12));
            assertThat(calls).startsWith("from 10, 2 steps", "damaged", "from 5, 7 steps", "step 6").endsWith("step 12").hasSize(10);
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(12));
        }
    }

    /** If an update of the replay fails, the trainer has the state from before. */
    @Test
    void aStepThatCannotBeReachedLeavesTheStateUnchanged() throws IOException {
        Subject subject = Subjects.of("wild", Subjects.get("iris").recipe().with(List.of("optimizer={rule: sgd, learning-rate: 1e39}")));
        try (Trainer trainer = subject.fresh()) {
            State before = trainer.snapshot();
            assertThatThrownBy(() -> Replay.of(trainer).goTo(50)).isInstanceOf(TrainingFaultException.class);
            assertThat(trainer.snapshot()).isEqualTo(before);
        }
    }
}
