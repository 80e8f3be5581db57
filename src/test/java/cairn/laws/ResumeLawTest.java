package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import cairn.state.State;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sufficiency: for every k, the checkpoint of step k is enough to reach the end of the unbroken run, bit for bit. */
@Tag("device")
class ResumeLawTest {
    @TempDir
    Path folder;

    static List<Subject> subjects() {
        return Subjects.all();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aFreshTrainerFromTheFileOfAnyStepEndsAsTheUnbrokenRun(Subject subject) throws IOException {
        String unbroken = subject.unbroken(Subject.STEPS);
        try (CheckpointStore store = DirectoryStore.writing(folder, new RealDisk()); Trainer trainer = subject.fresh()) {
            assertThat(Subject.run(trainer, Subject.STEPS, "1", store, List.of())).as("saved at every step").isEqualTo(unbroken);
        }
        try (CheckpointStore store = DirectoryStore.reading(folder, new RealDisk())) {
            for (long k = 0; k <= Subject.STEPS; k++) {
                Checkpoint saved = store.read(k);
                try (Trainer trainer = subject.fresh()) {
                    trainer.restore(saved.state());
                    assertThat(trainer.snapshot()).as("restored at %d", k).isEqualTo(saved.state());
                    String end = Subject.run(trainer, Subject.STEPS);
                    if (!end.equals(unbroken)) {
                        assertThat(end).as("resumed at %d; %s", k, firstDivergence(subject, saved.state(), store)).isEqualTo(unbroken);
                    }
                }
            }
        }
    }

    /** Field bug 13, for every optimizer, and also for every schedule, loss and layer. */
    @ParameterizedTest
    @MethodSource("cairn.laws.Subjects#wide")
    void aCheckpointSavedLoadedAndSavedAgainIsTheSameFileAndTheNextStepIsTheSame(Subject subject) throws IOException {
        long k = 7;
        Path again = folder.resolve("again");
        try (CheckpointStore first = DirectoryStore.writing(folder, new RealDisk());
                CheckpointStore second = DirectoryStore.writing(again, new RealDisk());
                Trainer trainer = subject.fresh(); Trainer resumed = subject.fresh()) {
            Subject.run(trainer, k);
            String name = first.commit(Checkpoint.of(k, trainer.snapshot())).fileName();
            resumed.restore(first.read(k).state());
            second.commit(Checkpoint.of(k, resumed.snapshot()));
            assertThat(again.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
            assertThat(Subject.run(resumed, k + 1)).isEqualTo(Subject.run(trainer, k + 1));
            assertThat(Subject.run(resumed, k + 9)).isEqualTo(Subject.run(trainer, k + 9));
        }
    }

    /** The first step at which a training from {@code from} differs from the saved one. */
    private static String firstDivergence(Subject subject, State from, CheckpointStore store) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            trainer.restore(from);
            for (long k = trainer.position().step() + 1; k <= Subject.STEPS; k++) {
                Subject.run(trainer, k);
                State saved = store.read(k).state();
                if (!trainer.snapshot().equals(saved)) {
                    return "first different at step " + k + ": " + trainer.snapshot().diff(saved);
                }
            }
        }
        return "but equal in a second try";
    }

    /** Otherwise the law would be tested with a state that does not change. */
    @Test
    void theStateOfTheTestedTrainingChangesInAllItsParts() throws IOException {
        try (Trainer trainer = Subjects.get("everything").fresh()) {
            State start = trainer.snapshot();
            Subject.run(trainer, Subject.STEPS);
            State end = trainer.snapshot();
            assertThat(trainer.position().epoch()).isEqualTo(2);
            assertThat(end.real("progress/plateau/factor")).isLessThan(1);
            assertThat(end.integer("progress/best-step")).isPositive();
            assertThat(end.diff(start)).extracting(d -> d.path()).contains("model/1.batch-norm/running-mean",
                    "model/3.residual/body/2.batch-norm/running-var", "optimizer/m/0.conv2d/weight", "average/10.dense/weight",
                    "progress/plateau/best", "train/step");
            assertThat(Subject.nextRows(trainer)).hasSize(13);
        }
    }

    @Test
    void theTrainingsWithRecoveryHaveFaults() throws IOException {
        for (String name : Subjects.RECOVERING.keySet()) {
            try (Trainer trainer = Subjects.get(name).fresh()) {
                Subject.run(trainer, Subject.STEPS);
                assertThat(trainer.snapshot().text("recovery/interventions").split("; ")).as(name).hasSizeGreaterThanOrEqualTo(2);
            }
        }
    }
}
