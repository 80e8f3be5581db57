package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.NotDeterministicException;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.LoadedData;
import cairn.disk.RealDisk;
import cairn.optim.schedule.TrainingTime;
import cairn.random.Key;
import cairn.run.Event;
import cairn.run.Observer;
import cairn.run.TrainOptions;
import cairn.state.Difference;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.Predictor;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of docs/LAWS.md on whole trainings; {@link ResumeLawTest} has the most important one. */
@Tag("device")
class LawsTest {
    private static final Subject EVERYTHING = Subjects.get("everything");

    @TempDir
    Path folder;

    static List<Subject> subjects() {
        return Subjects.all();
    }

    static List<Subject> richest() {
        return List.of(EVERYTHING, Subjects.get("own"), Subjects.get("spirals"));
    }

    // --- round trip, no alias, fixed schema

    @ParameterizedTest
    @MethodSource("subjects")
    void aRestoredStateIsCapturedAgain(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh(); Trainer other = subject.fresh()) {
            Subject.run(trainer, 7);
            State state = trainer.snapshot();
            other.restore(state);
            assertThat(other.snapshot()).isEqualTo(state);
            assertThat(other.snapshot().digest()).isEqualTo(state.digest());
            assertThat(other.snapshot().diff(state)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("richest")
    void laterStepsChangeNoCapture(Subject subject) throws IOException {
        String unbroken = subject.unbroken(Subject.STEPS);
        try (Trainer trainer = subject.fresh()) {
            Map<State, String> captures = new LinkedHashMap<>();
            for (long k = 0; k < 10; k++) {
                Subject.run(trainer, k);
                State state = trainer.snapshot();
                captures.put(state, state.digest());
            }
            State first = captures.keySet().iterator().next();
            trainer.restore(first);
            assertThat(Subject.run(trainer, Subject.STEPS)).as("capturing changes nothing").isEqualTo(unbroken);
            captures.forEach((state, digest) -> assertThat(state.digest()).isEqualTo(digest));
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void pathsKindsAndShapesNeverChange(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            Map<String, String> schema = schema(trainer.snapshot());
            for (long k = 1; k <= Subject.STEPS; k++) {
                Subject.run(trainer, k);
                assertThat(schema(trainer.snapshot())).as("after %d steps", k).isEqualTo(schema);
            }
        }
    }

    private static Map<String, String> schema(State state) {
        Map<String, String> schema = new LinkedHashMap<>();
        state.entries().forEach((path, value) -> schema.put(path, value.schema()));
        return schema;
    }

    // --- all or nothing

    /** Field bug 20: a restore that does not fit names all differences and loads nothing. */
    @Test
    void aRefusedRestoreChangesNothingAndNamesEveryDifference() throws IOException {
        try (Trainer trainer = EVERYTHING.fresh(); Trainer ahead = EVERYTHING.fresh()) {
            Subject.run(trainer, 5);
            Subject.run(ahead, 9);
            Map<String, Value> entries = new LinkedHashMap<>(ahead.snapshot().entries());
            entries.remove("model/0.conv2d/bias");
            entries.put("model/77.dense/weight", new Value.Int(1));
            entries.put("optimizer/m/10.dense/bias", entries.get("model/0.conv2d/weight"));
            entries.put("recipe/digest", new Value.Text("another"));
            entries.put("data/digest", new Value.Text("others"));
            entries.put("train/step", new Value.Real(9));
            State before = trainer.snapshot();

            assertThatThrownBy(() -> trainer.restore(State.of(entries))).isInstanceOfSatisfying(RestoreException.class, e -> {
                assertThat(e.differences()).extracting(Difference::kind, Difference::path).containsExactlyInAnyOrder(
                        Tuple.tuple(Difference.Kind.MISSING, "model/0.conv2d/bias"),
                        Tuple.tuple(Difference.Kind.UNEXPECTED, "model/77.dense/weight"),
                        Tuple.tuple(Difference.Kind.MISMATCHED, "optimizer/m/10.dense/bias"),
                        Tuple.tuple(Difference.Kind.MISMATCHED, "train/step"),
                        Tuple.tuple(Difference.Kind.DIFFERENT, "recipe/digest"),
                        Tuple.tuple(Difference.Kind.DIFFERENT, "data/digest"));
                e.differences().forEach(d -> assertThat(e).hasMessageContaining(d.path()));
            });
            assertThat(trainer.snapshot()).isEqualTo(before);
            assertThat(Subject.run(trainer, Subject.STEPS)).isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
        }
    }

    /** The same model with other rows or another seed is another training. */
    @Test
    void aStateOfOtherRowsOrOfAnotherRecipeIsRefused() throws IOException {
        Subject iris = Subjects.get("iris");
        Subject seeded = Subjects.of("iris", iris.recipe().with(List.of("seed=43")));
        Subject wider = Subjects.of("iris", iris.recipe().with(List.of("model.0.units=17")));
        Subject fewer = new Subject("iris", iris.recipe(),
                TrainingData.cut(iris.recipe(), new LoadedData(iris.data().splits().train(), Optional.empty())));
        try (Trainer trainer = iris.fresh()) {
            State before = trainer.snapshot();
            refused(trainer, seeded, "recipe/digest");
            refused(trainer, wider, "model/0.dense/bias", "model/0.dense/weight", "model/2.dense/weight", "recipe/digest");
            refused(trainer, fewer, "data/digest");
            assertThat(trainer.snapshot()).isEqualTo(before);
        }
    }

    private static void refused(Trainer trainer, Subject other, String... paths) throws IOException {
        try (Trainer another = other.fresh()) {
            assertThatThrownBy(() -> trainer.restore(another.snapshot())).isInstanceOfSatisfying(RestoreException.class,
                    e -> assertThat(e.differences()).extracting(Difference::path).contains(paths));
        }
    }

    // --- position

    /** Field bugs 1, 2, 4, 5, 6: the rows of a step are the same, whatever this process did before. */
    @ParameterizedTest
    @MethodSource("richest")
    void theRowsOfAStepDependOnRecipeAndStepOnly(Subject subject) throws IOException {
        List<List<Integer>> rows = new ArrayList<>();
        int perEpoch;
        try (Trainer trainer = subject.fresh()) {
            perEpoch = trainer.position().stepsPerEpoch();
            for (long k = 0; k < Subject.STEPS; k++) {
                Subject.run(trainer, k);
                rows.add(Arrays.stream(Subject.nextRows(trainer)).boxed().toList());
            }
        }
        int n = subject.data().splits().train().size();
        for (int epoch = 0; epoch < 2; epoch++) {
            List<Integer> all = rows.subList(epoch * perEpoch, (epoch + 1) * perEpoch).stream().flatMap(List::stream).sorted().toList();
            assertThat(all).as("epoch %d", epoch).isEqualTo(IntStream.range(0, n).boxed().toList());
        }
        try (Trainer trainer = subject.fresh()) {
            State start = trainer.snapshot();
            for (int k : Key.of(4).permutation((int) Subject.STEPS)) {
                trainer.restore(atStep(start, k));
                assertThat(Subject.nextRows(trainer)).as("step %d", k).containsExactly(rows.get(k).stream().mapToInt(i -> i).toArray());
                assertThat(Subject.nextRows(trainer)).as("a second time").containsExactly(rows.get(k).stream().mapToInt(i -> i).toArray());
            }
        }
    }

    static State atStep(State state, long step) {
        return state.overlay(State.of(Map.of("train/step", new Value.Int(step))));
    }

    // --- observers and evaluations

    @ParameterizedTest
    @ValueSource(strings = {"end", "1", "2", "7,best", "1ep", "best", "0.001s", "0.5ep,3", "log,at:7", "auto"})
    void noSaveRuleChangesTheStates(String saves) throws IOException {
        try (CheckpointStore store = DirectoryStore.writing(folder, new RealDisk()); Trainer trainer = EVERYTHING.fresh()) {
            List<Observer> observers = List.of(e -> { }, e -> assertThat(e.toString()).isNotEmpty());
            assertThat(Subject.run(trainer, Subject.STEPS, saves, store, observers)).isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
        }
    }

    /** Layer statistics read gradients, activations and weights inside a step. */
    @ParameterizedTest
    @MethodSource("measured")
    void layerStatisticsOfEveryStepChangeNothing(Subject subject) throws IOException {
        AtomicLong events = new AtomicLong();
        try (Trainer trainer = subject.fresh()) {
            TrainOptions options = TrainOptions.until(Subject.STEPS).statistics(Optional.of(TrainingTime.steps(1)))
                    .observers(e -> events.addAndGet(e instanceof Event.LayerStatisticsMeasured ? 1 : 0));
            Subject.loop(trainer, options, new InMemoryStore(), () -> 0).run();
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(Subject.STEPS));
            assertThat(events.get()).isEqualTo(Subject.STEPS);
        }
    }

    static List<Subject> measured() {
        return List.of(EVERYTHING, Subjects.get("own"), Subjects.get("rollback"), Subjects.get("recovers-everything"));
    }

    /** An observer that fails stops the loop. When the loop starts again, no step and no evaluation is lost. */
    @Test
    void anObserverThatFailsLosesNoStepAndNoEvaluation() throws IOException {
        AtomicLong events = new AtomicLong();
        Observer failing = event -> {
            if (events.incrementAndGet() % 3 == 0) {
                throw new IllegalStateException("no more");
            }
        };
        try (Trainer trainer = EVERYTHING.fresh(); CheckpointStore store = new InMemoryStore()) {
            String end = "";
            for (int i = 0; i < 200 && end.isEmpty(); i++) {
                try {
                    end = Subject.run(trainer, Subject.STEPS, "4", store, List.of(failing));
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessage("no more");
                }
            }
            assertThat(end).isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
        }
    }

    @ParameterizedTest
    @MethodSource("richest")
    void anEvaluationThatIsNotDueChangesNothing(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            for (long k = 0; k <= Subject.STEPS; k++) {
                Subject.run(trainer, k);
                State before = trainer.snapshot();
                assertThat(trainer.evaluate(subject.data().splits().test())).isEqualTo(trainer.evaluate(subject.data().splits().test()));
                trainer.evaluate(subject.data().splits().train());
                Predictor.of(subject.recipe(), before).evaluate(subject.data().splits().validation());
                assertThat(trainer.snapshot()).isEqualTo(before);
                if (!trainer.isEvaluationDue()) {
                    assertThatThrownBy(trainer::evaluateAndRecord).isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("evaluate(");
                }
            }
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(Subject.STEPS));
        }
    }

    @ParameterizedTest
    @MethodSource("richest")
    void aPredictorMadeOfTheStateHasTheSameEvaluationAsTheTrainer(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            Subject.run(trainer, 8);
            assertThat(Predictor.of(subject.recipe(), trainer.snapshot()).evaluate(subject.data().splits().test()))
                    .isEqualTo(trainer.evaluate(subject.data().splits().test()));
        }
    }

    // --- replay

    @ParameterizedTest
    @MethodSource("richest")
    void anExtendedRunIsTheLongRun(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            for (long until : new long[] {4, 4, 9, 10, 17, Subject.STEPS}) {
                Subject.run(trainer, until, "3", new InMemoryStore(), List.of());
            }
            assertThat(trainer.snapshot().digest()).isEqualTo(subject.unbroken(Subject.STEPS));
        }
    }

    @Test
    void everyStepCanBeReachedFromTheNearestCheckpointBeforeIt() throws IOException {
        try (CheckpointStore store = new InMemoryStore(); Trainer trainer = EVERYTHING.fresh(); Trainer replay = EVERYTHING.fresh()) {
            Subject.run(trainer, Subject.STEPS, "5", store, List.of());
            for (long k : new long[] {18, 3, 12, 5, 19, 0, 9}) {
                replay.restore(store.read(store.steps().headSet(k + 1).last()).state());
                assertThat(Subject.run(replay, k)).as("step %d", k).isEqualTo(EVERYTHING.unbroken(k));
            }
        }
    }

    @Test
    void aCheckpointCommittedAgainIsNotWrittenAndAnotherStateOfItsStepIsRefused() throws IOException {
        try (DirectoryStore store = DirectoryStore.writing(folder, new RealDisk()); Trainer trainer = EVERYTHING.fresh()) {
            Subject.run(trainer, 6, "1", store, List.of());
            Path file = folder.resolve(store.list().get(4).fileName());
            byte[] bytes = Files.readAllBytes(file);
            trainer.restore(store.read(2).state());
            Subject.run(trainer, 6, "1", store, List.of());
            assertThat(file).hasBinaryContent(bytes);
            State other = atStep(store.read(3).state(), 4);
            assertThatThrownBy(() -> store.commit(Checkpoint.of(4, other))).isInstanceOf(NotDeterministicException.class);
            assertThat(file).hasBinaryContent(bytes);
        }
    }

    /** The order of the events is the one that {@link Event} documents. */
    @Test
    void theLoopReportsItsEventsInTheDocumentedOrder() throws IOException {
        List<String> events = new ArrayList<>();
        try (Trainer trainer = EVERYTHING.fresh()) {
            Subject.run(trainer, 5, "4", new InMemoryStore(),
                    List.of(e -> events.add(e.getClass().getSimpleName() + e.position().step())));
        }
        assertThat(events).filteredOn(e -> !e.startsWith("Sav")).containsExactly("Started0", "Stepped1", "Stepped2", "Evaluated2",
                "Stepped3", "Stepped4", "Evaluated4", "Stepped5", "Stopped5");
        // The loop waits for the first and the last save. The others are reported when they are on the disk.
        assertThat(events).filteredOn(e -> e.startsWith("Saved")).containsExactly("Saved0", "Saved4", "Saved5");
        assertThat(events).startsWith("Started0", "Saving0", "Saved0").endsWith("Saved5", "Stopped5")
                .containsSubsequence("Stepped4", "Saved4");
    }
}
