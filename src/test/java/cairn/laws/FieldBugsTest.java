package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.data.DataSet;
import cairn.data.DataSetView;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.metrics.Evaluation;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import cairn.optim.Adam;
import cairn.optim.schedule.LrSchedule;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.Observer;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.StopRule;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.state.Difference;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.device.Backend;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

/** Mistakes of other trainers at a resume, tested on whole trainings. The numbers are those of the list of field bugs. */
@Tag("device")
class FieldBugsTest {
    private static final Subject EVERYTHING = Subjects.get("everything");

    @TempDir
    Path folder;

    private static Trainer at(Subject subject, State state) {
        Trainer trainer = subject.fresh();
        trainer.restore(state);
        return trainer;
    }

    /** The states of a subject at every step. */
    private static List<State> states(Subject subject) throws IOException {
        List<State> states = new ArrayList<>();
        try (Trainer trainer = subject.fresh()) {
            for (long k = 0; k <= Subject.STEPS; k++) {
                Subject.run(trainer, k);
                states.add(trainer.snapshot());
            }
        }
        return states;
    }

    // --- position, counters, rates

    /** Field bug 8: a resume at step 1,000,000 takes the same time as at step 0. */
    @Test
    void aLateResumeTakesTheTimeOfAnEarlyOne() throws IOException {
        Subject subject = Subjects.get("mnist-mlp");
        try (Trainer trainer = subject.fresh()) {
            State early = trainer.snapshot();
            State late = LawsTest.atStep(early, 1_000_000);
            resumeNanos(trainer, early);
            resumeNanos(trainer, late);
            long[] earlyNanos = new long[15];
            long[] lateNanos = new long[15];
            for (int i = 0; i < 15; i++) {
                earlyNanos[i] = resumeNanos(trainer, early);
                lateNanos[i] = resumeNanos(trainer, late);
            }
            Arrays.sort(earlyNanos);
            Arrays.sort(lateNanos);
            // 3 ms for the noise of the clock and the machine.
            assertThat(lateNanos[7]).isLessThan(earlyNanos[7] * 6 / 5 + 3_000_000);
        }
    }

    private static long resumeNanos(Trainer trainer, State state) {
        long begin = System.nanoTime();
        trainer.restore(state);
        trainer.step();
        return System.nanoTime() - begin;
    }

    /** Field bug 9: at every event, the step is the number of updates, and a resume from there repeats none. */
    @Test
    void aSnapshotTakenInAnyCallbackHasTheStepOfItsUpdates() throws IOException {
        Map<String, State> taken = new LinkedHashMap<>();
        try (Trainer trainer = EVERYTHING.fresh()) {
            long[] updates = {0};
            Subject.run(trainer, 9, "3", new InMemoryStore(), List.of(event -> {
                updates[0] += event instanceof Event.Stepped ? 1 : 0;
                State state = trainer.snapshot();
                long step = state.integer("train/step");
                // On a GPU up to 32 steps are made at once, and reported when all are made.
                assertThat(step).isBetween(updates[0], Backend.isDevice() && event instanceof Event.Stepped ? updates[0] + 32 : updates[0]);
                // A save is reported when it is on the disk, which may be some steps after its own step.
                boolean isOfAnEarlierStep = event instanceof Event.Saved || event instanceof Event.Pruned;
                assertThat(event.position().step()).isBetween(isOfAnEarlierStep ? 0 : updates[0], updates[0]);
                taken.put(event.getClass().getSimpleName() + " at " + updates[0], state);
            }));
        }
        assertThat(taken).containsKeys("Saved at 0", "Stepped at 4", "Evaluated at 4", "Stopped at 9").hasSizeGreaterThan(15);
        for (var entry : taken.entrySet()) {
            try (Trainer trainer = at(EVERYTHING, entry.getValue())) {
                assertThat(Subject.run(trainer, Subject.STEPS)).as("from " + entry.getKey()).isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
            }
        }
    }

    /** Field bug 10: for every schedule and from every step, a resumed run has the learning rates of the unbroken run, to the bit. */
    @ParameterizedTest
    @MethodSource("cairn.laws.Subjects#schedules")
    void theRateOfEveryStepIsTheSameAfterAnyResume(Subject subject) throws IOException {
        List<State> states = states(subject);
        LrSchedule schedule = subject.recipe().schedule();
        List<Long> unbroken = LongStream.range(0, Subject.STEPS).mapToObj(step -> Double.doubleToRawLongBits(
                subject.recipe().optimizer().learningRate() * schedule.factor(step, 9))).toList();
        try (Trainer trainer = subject.fresh()) {
            for (int k = 0; k < Subject.STEPS; k++) {
                assertThat(rates(trainer, states.get(k))).as("from %d", k).isEqualTo(unbroken.subList(k, unbroken.size()));
            }
        }
    }

    /** Field bugs 10 and 11: also with a plateau rule, whose reductions depend on the run. */
    @Test
    void theRatesOfAPlateauAreTheSameAfterAnyResume() throws IOException {
        List<State> states = states(EVERYTHING);
        assertThat(states.stream().map(s -> s.real("progress/plateau/factor")).distinct().count()).as("reductions").isGreaterThan(2);
        try (Trainer trainer = EVERYTHING.fresh()) {
            List<Long> unbroken = rates(trainer, states.get(0));
            assertThat(unbroken).doesNotHaveDuplicates();
            for (int k = 0; k < Subject.STEPS; k++) {
                assertThat(rates(trainer, states.get(k))).as("from %d", k).isEqualTo(unbroken.subList(k, unbroken.size()));
            }
        }
    }

    private static List<Long> rates(Trainer trainer, State from) throws IOException {
        List<Long> rates = new ArrayList<>();
        trainer.restore(from);
        Subject.run(trainer, Subject.STEPS, "end", new InMemoryStore(), List.of(event -> {
            if (event instanceof Event.Stepped e) {
                rates.add(Double.doubleToRawLongBits(e.report().learningRate()));
            }
        }));
        return rates;
    }

    /** Field bug 11: a resume one evaluation before each reduction. */
    @Test
    void aPlateauReducesAtTheSameStepAfterAResumeOneEvaluationBefore() throws IOException {
        List<State> states = states(EVERYTHING);
        List<Integer> reductions = new ArrayList<>();
        for (int k = 1; k <= Subject.STEPS; k++) {
            double factor = states.get(k).real("progress/plateau/factor");
            if (factor < states.get(k - 1).real("progress/plateau/factor")) {
                reductions.add(k);
                try (Trainer trainer = at(EVERYTHING, states.get(k - 2))) {
                    Subject.run(trainer, k - 1);
                    assertThat(trainer.progress().rateFactor()).isEqualTo(states.get(k - 1).real("progress/plateau/factor"));
                    Subject.run(trainer, k);
                    assertThat(trainer.progress().rateFactor()).isEqualTo(factor);
                }
            }
        }
        assertThat(reductions).hasSizeGreaterThan(1);
    }

    /** Field bug 12, and 6 for whole trainings: with ten resumes, the steps still increase by one. */
    @Test
    void stepsIncreaseByOneAcrossAnyNumberOfResumes() throws IOException {
        List<Long> steps = new ArrayList<>();
        Observer recording = event -> {
            if (event instanceof Event.Stepped e) {
                steps.add(e.report().step());
            }
        };
        try (CheckpointStore store = DirectoryStore.writing(folder, new RealDisk())) {
            String digest = "";
            for (long until : new long[] {1, 2, 3, 5, 8, 9, 10, 14, 18, 19, Subject.STEPS}) {
                try (Trainer trainer = EVERYTHING.fresh()) {
                    Checkpoint newest = store.readNewest(d -> { }).orElse(Checkpoint.of(0, trainer.snapshot()));
                    trainer.restore(newest.state());
                    digest = Subject.run(trainer, until, "2", store, List.of(recording));
                }
            }
            assertThat(digest).isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
        }
        assertThat(steps).containsExactlyElementsOf(LongStream.rangeClosed(1, Subject.STEPS).boxed().toList());
    }

    // --- optimizer, model and auxiliary state

    /** Field bug 14: entries are found by name and not by order. A model with other names is refused with these names. */
    @Test
    void stateIsKeyedByName() throws IOException {
        State state = states(EVERYTHING).get(7);
        List<String> paths = new ArrayList<>(state.entries().keySet());
        Collections.reverse(paths);
        Map<String, Value> reversed = new LinkedHashMap<>();
        paths.forEach(path -> reversed.put(path, state.entries().get(path)));
        try (Trainer trainer = at(EVERYTHING, State.of(reversed))) {
            assertThat(Subject.run(trainer, Subject.STEPS)).isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
        }
        Recipe longer = EVERYTHING.recipe().with(List.of("model.8=tanh", "model.9=flatten"));
        Subject renamed = Subjects.of("renamed", Recipe.parse(longer.toYaml().replace("- tanh", "- tanh\n- softplus"), "renamed"));
        try (Trainer trainer = renamed.fresh()) {
            assertThatThrownBy(() -> trainer.restore(state)).isInstanceOfSatisfying(RestoreException.class,
                    e -> assertThat(e.differences()).filteredOn(d -> d.path().contains(".dense/weight"))
                            .extracting(Difference::kind, Difference::path).contains(
                                    Tuple.tuple(Difference.Kind.MISSING, "optimizer/v/11.dense/weight"),
                                    Tuple.tuple(Difference.Kind.UNEXPECTED, "optimizer/v/10.dense/weight")));
            State moved = trainer.snapshot().overlay(state.select("model").rename("10.dense", "11.dense"));
            trainer.restore(moved);
            assertThat(trainer.snapshot().tensor("model/11.dense/weight")).isEqualTo(state.tensor("model/10.dense/weight"));
        }
    }

    /** Field bug 15: every buffer of every layer is in the snapshot, and after a restore an evaluation is the same to the bit. */
    @ParameterizedTest
    @ValueSource(strings = {"everything", "own", "digits", "fashion-cnn"})
    void everyBufferOfALayerIsInTheSnapshot(String name) throws IOException {
        Subject subject = Subjects.get(name);
        DataSet test = subject.data().splits().test();
        try (Trainer trainer = subject.fresh(); Trainer other = subject.fresh()) {
            Subject.run(trainer, 7);
            State state = trainer.snapshot();
            var buffers = subject.recipe().network().buffers(test.shape());
            assertThat(buffers).isNotEmpty().allSatisfy(b -> assertThat(state.tensor("model/" + b.name()).shape()).isEqualTo(b.shape()));
            Evaluation before = trainer.evaluate(test);
            assertThat(other.evaluate(test)).isNotEqualTo(before);
            other.restore(state);
            assertThat(other.evaluate(test)).isEqualTo(before);
        }
    }

    /** Field bug 16: raw and averaged weights are separate entries, also in a snapshot during an evaluation. */
    @Test
    void averagedWeightsAreNeverSavedAsTheRawOnes() throws IOException {
        try (Trainer trainer = EVERYTHING.fresh()) {
            Subject.run(trainer, 7);
            State before = trainer.snapshot();
            assertThat(before.select("average").rename(p -> p.replace("average/", "model/")).diff(before.select("model")))
                    .extracting(Difference::path).contains("model/0.conv2d/weight", "model/10.dense/bias");
            List<State> during = new ArrayList<>();
            trainer.evaluate(new ReadNotifier(EVERYTHING.data().splits().test(), () -> during.add(trainer.snapshot())));
            assertThat(during).isNotEmpty().allSatisfy(s -> assertThat(s).isEqualTo(before));
        }
    }

    /** A data set that calls {@code onRead} when a row is read. */
    private record ReadNotifier(DataSet source, Runnable onRead) implements DataSetView {
        @Override
        public boolean isBytes() {
            return false;
        }

        @Override
        public void features(int row, float[] into, int offset) {
            onRead.run();
            source.features(row, into, offset);
        }
    }

    /**
     * Field bugs 17 and 19: a file keeps every number of the state bit for bit, in its element type: also numbers of the optimizer, NaN
     * with a payload, -0.0 and the smallest number.
     */
    @ParameterizedTest
    @ValueSource(strings = {"everything", "own"})
    void aFileKeepsEveryNumberBitForBit(String name) throws IOException {
        Subject subject = Subjects.get(name);
        try (Trainer trainer = subject.fresh(); CheckpointStore store = DirectoryStore.writing(folder, new RealDisk())) {
            Map<String, Value> odd = new LinkedHashMap<>();
            Set<String> types = new TreeSet<>();
            trainer.snapshot().entries().forEach((path, value) -> {
                if (value instanceof Value.Real) {
                    odd.put(path, new Value.Real(Double.longBitsToDouble(0x7ff8000000000123L + odd.size())));
                } else if (value instanceof Value.Tensor t) {
                    types.add(t.type().label());
                    odd.put(path, new Value.Tensor(t.type(), t.shape(), oddBits(t)));
                } else if (value instanceof Value.Int && !path.equals("train/step")) {
                    odd.put(path, new Value.Int(Long.MAX_VALUE - odd.size()));
                } else {
                    odd.put(path, value);
                }
            });
            assertThat(types).containsExactly(name.equals("own") ? "f64" : "f32");
            trainer.restore(State.of(odd));
            store.commit(Checkpoint.of(1, trainer.snapshot()));
            try (Trainer other = at(subject, store.read(1).state())) {
                assertThat(other.snapshot()).isEqualTo(State.of(odd));
            }
        }
    }

    /** NaNs with payloads, -0.0, the smallest and the largest number and infinity, repeated. */
    private static ByteBuffer oddBits(Value.Tensor like) {
        ByteBuffer bytes = ByteBuffer.allocate(like.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN);
        long[] doubles = {0x7ff8000000000abcL, 0x8000000000000000L, 1L, 0x7fefffffffffffffL, 0xfff8dead00000001L, 0xfff0000000000000L};
        int[] floats = {0x7fc00abc, 0x80000000, 1, 0x7f7fffff, 0xffc0dead, 0xff800000};
        for (int i = 0; bytes.hasRemaining(); i++) {
            if (like.type().bytes() == 8) {
                bytes.putLong(doubles[i % doubles.length]);
            } else {
                bytes.putInt(floats[i % floats.length]);
            }
        }
        return bytes.flip();
    }

    /**
     * Field bug 18: a step of five micro-batches fails in any of them, forward or backward. It has changed nothing, not even the running
     * statistics. When it is made again, it is the same step.
     */
    @Test
    void aStepThatFailsAfterAnyMicroBatchHasChangedNothing() throws IOException {
        Recipe recipe = Recipe.named("fused").seed(5).data(new BuiltInData.Moons(150, 0.1, 1)).batchSize(25).microBatches(5)
                .model(Dense.of(6), BatchNorm.of(), new Fuse(), new Tanh(), BatchNorm.of(), Dense.of(2))
                .optimizer(Adam.of(0.1)).build();
        Subject subject = Subjects.of("fused", recipe);
        String unbroken = subject.unbroken(12);
        try (Trainer trainer = subject.fresh()) {
            for (int step = 0; step < 12; step++) {
                State before = trainer.snapshot();
                for (int call = 0; call < 10; call++) {
                    Fuse.CALLS_LEFT.set(call);
                    assertThatThrownBy(trainer::step).as("step %d, call %d", step, call).isInstanceOf(Fuse.Blown.class);
                    assertThat(trainer.snapshot()).as("step %d, call %d", step, call).isEqualTo(before);
                }
                Fuse.CALLS_LEFT.set(-1);
                Subject.run(trainer, step + 1);
            }
            assertThat(trainer.snapshot().digest()).isEqualTo(unbroken);
        } finally {
            Fuse.CALLS_LEFT.set(-1);
        }
    }

    // --- randomness

    /** Field bug 21: the dropout masks of the first ten resumed steps, from any step, are those of the unbroken run. */
    @Test
    void dropoutMasksAreThoseOfTheStep() throws IOException {
        Recipe recipe = Recipe.named("spied").seed(5).data(new BuiltInData.Moons(150, 0.1, 1)).batchSize(13)
                .model(Dense.of(6), new Softplus(), new Dropout(0.5), new MaskSpy(), Dense.of(2)).build();
        Subject subject = Subjects.of("spied", recipe);
        MaskSpy.SEEN.clear();
        List<State> states = states(subject);
        List<String> unbroken = List.copyOf(MaskSpy.SEEN);
        assertThat(unbroken).hasSize((int) Subject.STEPS).doesNotHaveDuplicates();
        for (int k = 0; k <= Subject.STEPS - 10; k++) {
            MaskSpy.SEEN.clear();
            try (Trainer trainer = at(subject, states.get(k))) {
                Subject.run(trainer, k + 10);
            }
            assertThat(MaskSpy.SEEN).as("from %d", k).isEqualTo(unbroken.subList(k, k + 10));
        }
    }

    /** Field bug 22: other code draws from the generator of ND4J and sets its seed, at the start and at every event. */
    @Test
    void drawsFromTheGeneratorOfNd4jChangeNothing() throws IOException {
        Observer drawing = event -> {
            Nd4j.getRandom().setSeed(event.position().step());
            Nd4j.rand(3, 3);
            Nd4j.getRandom().nextGaussian();
        };
        try (Trainer trainer = EVERYTHING.fresh()) {
            Nd4j.rand(2, 2);
            Subject.run(trainer, 9, "2", new InMemoryStore(), List.of(drawing));
            try (Trainer resumed = at(EVERYTHING, trainer.snapshot())) {
                Nd4j.rand(2, 2);
                assertThat(Subject.run(resumed, Subject.STEPS, "2", new InMemoryStore(), List.of(drawing)))
                        .isEqualTo(EVERYTHING.unbroken(Subject.STEPS));
            }
        }
    }

    /** Field bug 23: two trainings with one seed are equal at every step. Another seed gives other weights. */
    @ParameterizedTest
    @ValueSource(strings = {"everything", "mnist-cnn", "own"})
    void oneSeedGivesOneResult(String name) throws IOException {
        Subject subject = Subjects.get(name);
        Subject another = Subjects.of(name, reseeded(subject));
        try (Trainer one = subject.fresh(); Trainer two = subject.fresh(); Trainer three = another.fresh()) {
            for (long k = 0; k <= 12; k++) {
                assertThat(Subject.run(one, k)).isEqualTo(Subject.run(two, k));
            }
            Subject.run(three, 12);
            assertThat(three.snapshot().select("model")).isNotEqualTo(one.snapshot().select("model"));
        }
    }

    private static Recipe reseeded(Subject subject) {
        Recipe r = subject.recipe();
        return new Recipe(r.name(), r.seed() + 1, r.dtype(), r.data(), r.model(), r.loss(), r.optimizer(), r.schedule(), r.plateau(),
                r.clip(), r.average(), r.freeze(), r.weights(), r.recovery(), r.evaluate(), r.run());
    }

    // --- best model and early stopping

    /**
     * Field bug 24: after a resume, evaluations are worse than the best one before. The best stays the best, and its file does not change.
     */
    @Test
    void aWorseEvaluationAfterAResumeDoesNotReplaceTheBest() throws IOException {
        Clocks clocks = new Clocks(() -> 0, () -> 0);
        Path path = folder.resolve("run");
        Recipe recipe = EVERYTHING.recipe();
        long best;
        double bestLoss;
        try (Run run = Run.create(path, recipe, Workspace.of(DataFolders.standard(), clocks))) {
            run.train(TrainOptions.until(30).stop(StopRule.patience(1)).save("1").keep("last:1,best:1"));
            best = run.trainer().progress().bestStep();
            bestLoss = run.trainer().progress().best();
            assertThat(run.trainer().position().step()).isGreaterThan(best).isLessThan(30);
        }
        Path file = folder.resolve("run").resolve(String.format("step-%012d.safetensors", best));
        byte[] bytes = Files.readAllBytes(file);
        long[] worse = {0};
        try (Run run = Run.resume(path, Workspace.of(DataFolders.standard(), clocks), ResumeOptions.standard())) {
            long from = run.trainer().position().step();
            run.train(TrainOptions.until(from + 3).save("1").keep("last:1,best:1").observers(event -> {
                if (event instanceof Event.Evaluated e) {
                    assertThat(e.isBest()).isFalse();
                    worse[0]++;
                }
            }));
            assertThat(worse[0]).isPositive();
            assertThat(run.trainer().progress().bestStep()).isEqualTo(best);
            assertThat(run.trainer().progress().best()).isEqualTo(bestLoss);
            assertThat(run.checkpoints()).extracting(CheckpointInfo::step).contains(best);
        }
        assertThat(file).hasBinaryContent(bytes);
    }

    /** Field bug 25: early stopping stops at the same step, wherever the run was resumed, also at the end. */
    @Test
    void earlyStoppingStopsAtTheSameStepAfterAnyResume() throws IOException {
        Map<Long, State> states = new TreeMap<>();
        long stopped;
        try (Trainer trainer = EVERYTHING.fresh()) {
            stopped = stopEarly(trainer, List.of(e -> states.put(e.position().step(), trainer.snapshot())));
        }
        assertThat(stopped).isBetween(6L, 200L);
        for (long k : states.keySet().stream().filter(k -> k > stopped - 12 || k % 5 == 0).collect(Collectors.toCollection(TreeSet::new))) {
            try (Trainer trainer = at(EVERYTHING, states.get(k))) {
                assertThat(stopEarly(trainer, List.of())).as("resumed at %d", k).isEqualTo(stopped);
                assertThat(trainer.snapshot()).isEqualTo(states.get(stopped));
            }
        }
    }

    private static long stopEarly(Trainer trainer, List<Observer> observers) throws IOException {
        Subject.loop(trainer, TrainOptions.until(300).stop(StopRule.patience(2)).observers(observers), new InMemoryStore(), () -> 0).run();
        return trainer.position().step();
    }
}
