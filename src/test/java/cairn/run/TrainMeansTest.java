package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.source.DataFolders;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import cairn.journal.RecordedSeries;
import cairn.metrics.Scores;
import cairn.nn.Loss;
import cairn.recipe.Recipe;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.train.Predictor;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Train loss" and "train accuracy" are means over the rows of the epoch so far, whatever happens in it. */
@Tag("device")
class TrainMeansTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final int END = 21;
    /** 43 rows to train: three batches of 11 and one of 10 an epoch. */
    private static final Recipe CLASSES = Recipe.parse("""
            name: means
            dtype: float64
            data: {set: blobs, rows: 63, classes: 3, batch-size: 11, validation: 10, test: 10}
            model: [dense: {units: 5}, tanh, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            evaluate: {every: 1ep}
            """, "test");

    @TempDir
    private Path root;

    private static Workspace workspace() {
        return new Workspace(new RealDisk(), DataFolders.of(), CLOCKS);
    }

    /** The means at each evaluation, at the end of each epoch, after each step, and at the end. */
    private static final class Shown implements Observer {
        private final NavigableMap<Long, TrainMeans> lines = new TreeMap<>();
        private final NavigableMap<Long, TrainMeans> epochs = new TreeMap<>();
        private final NavigableMap<Long, TrainMeans> steps = new TreeMap<>();
        private final NavigableMap<Long, OptionalDouble> sinceLast = new TreeMap<>();
        private TrainMeans end = TrainMeans.NONE;

        @Override
        public void on(Event event) {
            if (event instanceof Event.Evaluated e) {
                lines.put(e.position().step(), e.train());
                sinceLast.put(e.position().step(), e.lossSinceLast());
            } else if (event instanceof Event.EpochTrained e) {
                epochs.put(e.position().step(), e.train());
            } else if (event instanceof Event.Stepped e) {
                steps.put(e.position().step(), e.train());
            } else if (event instanceof Event.Stopped e) {
                end = e.train();
            }
        }

        /** Trains and closes a run. */
        Shown through(Run opened, long until) throws IOException {
            try (Run run = opened) {
                run.train(TrainOptions.until(until).observers(this));
            }
            return this;
        }
    }

    private Recipe with(String loss, String... changes) throws IOException {
        List<String> all = new ArrayList<>(List.of(changes));
        all.add("loss=" + loss);
        if (!loss.contains("softmax")) {
            StringBuilder rows = new StringBuilder("x,y,a,b\n");
            for (int i = 0; i < 63; i++) {
                rows.append(i / 63.0).append(',').append(i * 7 % 11).append(',').append((i % 7) / 7.0).append(',').append(i % 2).append('\n');
            }
            Path file = Files.writeString(root.resolve("rows.csv"), rows);
            all.add(0, "data={set: csv, file: '" + file + "', targets: [a, b], batch-size: 11, validation: 10, test: 10}");
            all.add("model=[dense: {units: 5}, tanh, dense: {units: 2}]");
        }
        return CLASSES.with(all);
    }

    /** The losses of the rows of each batch before its update, added up, the weights of the rows, the right answers, and all answers. */
    private static Map<Long, double[]> rows(Recipe recipe, long end) throws IOException {
        TrainingData data = TrainingData.open(recipe, DataFolders.of());
        DataSet train = data.splits().train();
        Loss loss = recipe.loss();
        double[] weights = IntStream.range(0, train.size())
                .mapToDouble(i -> train.labels() instanceof Labels.Classes ? loss.weight(train.label(i)) : 1).toArray();
        double all = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
        Map<Long, double[]> sums = new HashMap<>();
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            for (long step = 0; step < end; step++) {
                Scores scores = Predictor.of(recipe, trainer.snapshot()).scores(data, "train");
                double[] sum = new double[4];
                for (int row : data.batchRows(recipe, step)) {
                    // Scores are scaled so that their plain mean is the loss.
                    sum[0] += scores.loss(row) * all / train.size();
                    sum[1] += weights[row];
                }
                answers(recipe, trainer, data, step, sum);
                sums.put(step + 1, sum);
                trainer.trainTo(step + 1);
            }
        }
        return sums;
    }

    /** Counts the right answers from the predictions of the model for the rows of a batch, one by one. */
    private static void answers(Recipe recipe, Trainer trainer, TrainingData data, long step, double[] sum) {
        DataSet train = data.splits().train();
        float[][] outputs = Predictor.of(recipe, trainer.snapshot()).outputs(train);
        for (int row : data.batchRows(recipe, step)) {
            double[] scores = recipe.loss().probabilities(outputs[row]);
            if (train.labels() instanceof Labels.Classes) {
                int best = IntStream.range(0, scores.length).reduce((a, b) -> scores[b] > scores[a] ? b : a).orElseThrow();
                sum[2] += best == train.label(row) ? 1 : 0;
                sum[3]++;
            } else if (recipe.loss().takesLogits()) {
                float[] targets = new float[scores.length];
                train.targets(row, targets, 0);
                sum[2] += IntStream.range(0, scores.length).filter(i -> scores[i] >= 0.5 == targets[i] >= 0.5).count();
                sum[3] += scores.length;
            }
        }
    }

    private static void assertAreMeans(TrainMeans means, Map<Long, double[]> rows, long after, long to) {
        assertThat(means.loss().getAsDouble()).isCloseTo(mean(rows, after, to), within(1e-12));
        double right = LongStream.rangeClosed(after + 1, to).mapToDouble(step -> rows.get(step)[2]).sum();
        double answers = LongStream.rangeClosed(after + 1, to).mapToDouble(step -> rows.get(step)[3]).sum();
        assertThat(means.accuracy()).isEqualTo(answers == 0 ? OptionalDouble.empty() : OptionalDouble.of(right / answers));
    }

    private static double mean(Map<Long, double[]> rows, long after, long to) {
        double losses = 0;
        double weights = 0;
        for (long step = after + 1; step <= to; step++) {
            losses += rows.get(step)[0];
            weights += rows.get(step)[1];
        }
        return losses / weights;
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax-cross-entropy", "{rule: softmax-cross-entropy, label-smoothing: 0.2}",
        "{rule: softmax-cross-entropy, class-weights: [0.5, 1.0, 7.0]}",
        "{rule: softmax-cross-entropy, class-weights: [0.1, 1.0, 2.0], label-smoothing: 0.1}", "sigmoid-cross-entropy",
        "mean-squared-error", "mean-absolute-error", "{rule: huber, delta: 0.5}"})
    void whatIsShownIsTheMeanOverTheRowsAndOverTheRowsOfTheJournal(String loss) throws IOException {
        int at = 0;
        for (String every : List.of("3", "1ep", "2ep", "1")) {
            for (String parts : every.equals("3") ? List.of("1", "3") : List.of("1")) {
                Recipe recipe = with(loss, "evaluate.every=" + every, "data.micro-batches=" + parts, "data.drop-last=" + every.equals("2ep"));
                Map<Long, double[]> rows = rows(recipe, END);
                Path path = root.resolve("run-" + at++);
                Shown shown = new Shown().through(Run.create(path, recipe, workspace()), END);
                int epoch = every.equals("2ep") ? 3 : 4;
                RecordedSeries journal = History.recorded(new RealDisk(), path, series -> true, 0, END);
                int interval = every.endsWith("ep") ? epoch * Integer.parseInt(every.replace("ep", "")) : Integer.parseInt(every);
                assertThat(shown.lines.keySet()).hasSize(END / interval);
                assertThat(shown.epochs.keySet()).hasSize(END / epoch);
                assertThat(shown.steps.keySet()).hasSize(END);
                for (long line : shown.lines.keySet()) {
                    assertThat(shown.lines.get(line)).isEqualTo(shown.steps.get(line));
                    double sinceLast = shown.sinceLast.get(line).getAsDouble();
                    assertThat(sinceLast).isCloseTo(mean(rows, line - interval, line), within(1e-12));
                    assertThat(sinceLast).isCloseTo(mean(fromJournal(journal, rows), line - interval, line), within(1e-12));
                    assertThat(journal.number(Series.MEAN_LOSS, line)).hasValue(sinceLast);
                }
                shown.epochs.forEach((end, means) -> assertThat(means).isEqualTo(shown.steps.get(end)));
                for (long step : shown.steps.keySet()) {
                    TrainMeans means = shown.steps.get(step);
                    assertAreMeans(means, rows, (step - 1) / epoch * epoch, step);
                    assertIsRecorded(journal, step % epoch == 0, step, means, Series.EPOCH_LOSS, Series.EPOCH_ACCURACY);
                    assertIsRecorded(journal, step % epoch != 0 && step % interval == 0, step, means, Series.EPOCH_LOSS_SO_FAR,
                            Series.EPOCH_ACCURACY_SO_FAR);
                    double[] sum = rows.get(step);
                    assertThat(journal.number(Series.ACCURACY, step)).isEqualTo(sum[3] == 0 ? OptionalDouble.empty()
                            : OptionalDouble.of(sum[2] / sum[3]));
                }
                assertThat(shown.end).isEqualTo(shown.steps.get((long) END));
            }
        }
    }

    private static void assertIsRecorded(RecordedSeries journal, boolean isDue, long step, TrainMeans means, String loss, String accuracy) {
        assertThat(journal.number(loss, step)).isEqualTo(isDue ? means.loss() : OptionalDouble.empty());
        assertThat(journal.number(accuracy, step)).isEqualTo(isDue ? means.accuracy() : OptionalDouble.empty());
    }

    /** The losses of the steps that the journal has, with the weights of their rows. */
    private static Map<Long, double[]> fromJournal(RecordedSeries journal, Map<Long, double[]> rows) {
        Map<Long, double[]> sums = new HashMap<>();
        rows.forEach((step, sum) -> sums.put(step, new double[] {journal.number(Series.LOSS, step).getAsDouble() * sum[1], sum[1]}));
        return sums;
    }

    /** On a GPU the classes of so many outputs are found on the device, and 32 steps are made at once. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "3"})
    void theRightAnswersAmongManyClassesAreCountedToo(String parts) throws IOException {
        Recipe recipe = CLASSES.with(List.of("data={set: blobs, rows: 300, classes: 70, batch-size: 64, validation: 10, test: 10}",
                "data.micro-batches=" + parts, "model=[dense: {units: 9}, tanh, dense: {units: 70}]", "optimizer.learning-rate=0.1"));
        Map<Long, double[]> rows = rows(recipe, END);
        Shown shown = new Shown().through(Run.create(root.resolve("many"), recipe, workspace()), END);
        shown.steps.forEach((step, means) -> assertAreMeans(means, rows, (step - 1) / 5 * 5, step));
        assertThat(shown.end.right()).as("some are right").isPositive();
    }

    /** Dropout is at work in the answers of a training, as in its loss; and however a batch is cut, its answers are the same. */
    @Test
    void theAnswersAreThoseOfTheTrainingWithItsDropoutForMicroBatchesOfAnySize() throws IOException {
        Recipe recipe = with("softmax-cross-entropy", "optimizer={rule: sgd, learning-rate: 0.1}");
        Shown whole = new Shown().through(Run.create(root.resolve("whole"), recipe, workspace()), END);
        for (int parts : new int[] {2, 3, 11}) {
            Shown cut = new Shown().through(Run.create(root.resolve("cut-" + parts), recipe.with(List.of("data.micro-batches=" + parts)),
                    workspace()), END);
            cut.steps.forEach((step, means) -> assertThat(means.right()).isEqualTo(whole.steps.get(step).right()));
        }
        Recipe dropout = recipe.with(List.of("model=[dense: {units: 5}, tanh, dropout: {rate: 0.9}, dense: {units: 3}]"));
        Shown dropped = new Shown().through(Run.create(root.resolve("dropped"), dropout, workspace()), 4);
        Map<Long, double[]> undropped = rows(dropout, 4);
        assertThat(dropped.end.right()).isNotEqualTo((long) LongStream.rangeClosed(1, 4).mapToDouble(s -> undropped.get(s)[2]).sum());
    }

    /** Stopped and resumed after every step, and gone back from every step: the same numbers, to the last bit. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax-cross-entropy", "{rule: softmax-cross-entropy, class-weights: [0.5, 1.0, 7.0]}", "mean-squared-error"})
    void aRunThatWasStoppedOrRolledBackShowsWhatAnUnbrokenOneShows(String loss) throws IOException {
        Recipe recipe = with(loss, "evaluate.every=6");
        Shown unbroken = new Shown().through(Run.create(root.resolve("unbroken"), recipe, workspace()), END);
        assertThat(unbroken.lines.values()).hasSize(3).allMatch(means -> means.loss().isPresent());
        // Every place between two evaluations, and in an epoch of four steps.
        for (long k = 1; k <= 12; k++) {
            Path path = root.resolve("broken-" + k);
            Shown shown = new Shown().through(Run.create(path, recipe, workspace()), k);
            TrainMeans atStop = shown.end;
            shown.through(resume(path), k);
            assertThat(shown.end).as("nothing was trained at step %d", k).isEqualTo(atStop);
            shown.through(resume(path), END);
            assertThat(shown.lines).isEqualTo(unbroken.lines);
            assertThat(shown.epochs).isEqualTo(unbroken.epochs);
            assertThat(shown.steps).isEqualTo(unbroken.steps);
            assertThat(shown.sinceLast).isEqualTo(unbroken.sinceLast);
            assertThat(shown.end).isEqualTo(unbroken.end);

            Path aside;
            try (RunReplay replay = RunReplay.writing(path, workspace())) {
                aside = replay.rollbackTo(k, new ReplayListener() { }).orElse(path);
            }
            Shown again = new Shown().through(resume(path), END);
            assertThat(again.lines).isEqualTo(unbroken.lines.tailMap(k, false));
            assertThat(again.epochs).isEqualTo(unbroken.epochs.tailMap(k, false));
            assertThat(again.end).isEqualTo(unbroken.end);
            Shown split = new Shown().through(resume(aside), END);
            assertThat(split.end).isEqualTo(unbroken.end);
        }
    }

    private static Run resume(Path path) throws IOException {
        return Run.resume(path, workspace(), ResumeOptions.standard());
    }

    /** A skipped batch was not trained on, and its loss may be infinite. */
    @Test
    void aBatchThatARecoveryRuleSkippedDoesNotCount() throws IOException {
        Recipe recipe = with("softmax-cross-entropy", "data.poison={steps: [2, 8, 9], factor: 1.0e39}", "recovery={back: 1, at-most: 5}",
                "evaluate.every=5");
        Shown unbroken = new Shown().through(Run.create(root.resolve("unbroken"), recipe, workspace()), END);
        assertThat(unbroken.sinceLast.values()).hasSize(4).allSatisfy(mean -> assertThat(mean.getAsDouble()).isBetween(0.0, 10.0));
        assertThat(unbroken.lines.get(10L)).as("both batches of its epoch were skipped").isEqualTo(TrainMeans.NONE);
        RecordedSeries journal = History.recorded(new RealDisk(), root.resolve("unbroken"), series -> true, 0, END);
        double losses = 0;
        for (long step : new long[] {1, 2, 4, 5}) {
            losses += journal.number(Series.LOSS, step).getAsDouble() * (step == 4 ? 10 : 11);
        }
        assertThat(journal.has(Series.LOSS, 3)).isFalse();
        assertThat(unbroken.sinceLast.get(5L).getAsDouble()).isCloseTo(losses / 43, within(1e-12));
        assertThat(unbroken.epochs.get(4L).answers()).isEqualTo(32);
        assertThat(journal.has(Series.ACCURACY, 3)).isFalse();
        for (long k = 1; k < 12; k++) {
            Path path = root.resolve("broken-" + k);
            Shown shown = new Shown().through(Run.create(path, recipe, workspace()), k);
            shown.through(resume(path), END);
            assertThat(shown.lines).isEqualTo(unbroken.lines);
            assertThat(shown.epochs).isEqualTo(unbroken.epochs);
        }
    }

    /** Half a mean has another name. */
    @Test
    void aMeanOfRowsThatTheJournalDoesNotKnowIsUnknown() throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        Path path = Path.of("/disk/run");
        Workspace memory = new Workspace(disk, DataFolders.of(), CLOCKS);
        Recipe recipe = with("softmax-cross-entropy", "evaluate.every=6");
        try (Run run = Run.create(path, recipe, memory)) {
            run.train(TrainOptions.until(9));
        }
        disk.delete(path.resolve(RunFiles.JOURNAL));
        Shown shown = new Shown().through(Run.resume(path, memory, ResumeOptions.standard()), END);
        assertThat(shown.sinceLast.get(12L)).isEmpty();
        assertThat(shown.sinceLast.get(18L)).isPresent();
        assertThat(shown.lines.get(12L).loss()).as("one row of its epoch is not known").isEmpty();
        assertThat(shown.epochs.get(12L).accuracy()).isEmpty();
        assertThat(shown.epochs.get(16L).loss()).isPresent();
        assertThat(shown.epochs.get(16L).accuracy()).isPresent();
        assertThat(shown.lines.get(18L).accuracy()).isPresent();
    }

    /** Earlier versions recorded no accuracy. What is not known of one step is not known of its epoch. */
    @Test
    void aJournalWithoutAccuracyGivesUnknownAndNotTheAccuracyOfTheRest() throws IOException {
        Path path = root.resolve("older");
        Recipe recipe = with("softmax-cross-entropy", "evaluate.every=2");
        new Shown().through(Run.create(path, recipe, workspace()), 9);
        Path journal = path.resolve(RunFiles.JOURNAL);
        Files.write(journal, Files.readAllLines(journal).stream().filter(line -> !line.contains("accuracy")).toList());
        Shown shown = new Shown().through(resume(path), END);
        assertThat(shown.lines.get(10L).accuracy()).isEmpty();
        assertThat(shown.lines.get(10L).answers()).isPositive();
        assertThat(shown.lines.get(10L).loss()).isPresent();
        assertThat(shown.epochs.get(12L).accuracy()).isEmpty();
        assertThat(shown.lines.get(14L).accuracy()).isPresent();
    }

    /** The parent's journal belongs to the parent. */
    @Test
    void aBranchCountsItsOwnSteps() throws IOException {
        Recipe recipe = with("softmax-cross-entropy", "evaluate.every=6");
        try (Run run = Run.create(root.resolve("parent"), recipe, workspace())) {
            run.train(TrainOptions.until(9));
        }
        Map<Long, double[]> rows = rows(recipe, END);
        for (boolean isStopped : new boolean[] {false, true}) {
            Path path = root.resolve("child-" + isStopped);
            Shown shown = new Shown().through(Branch.from(root.resolve("parent"), 9).into(path, workspace()), isStopped ? 11 : END);
            if (isStopped) {
                shown.through(resume(path), END);
            }
            assertThat(shown.sinceLast.get(12L).getAsDouble()).isCloseTo(mean(rows, 9, 12), within(1e-12));
            assertThat(shown.sinceLast.get(18L).getAsDouble()).isCloseTo(mean(rows, 12, 18), within(1e-12));
            assertAreMeans(shown.lines.get(12L), rows, 9, 12);
            assertAreMeans(shown.lines.get(18L), rows, 16, 18);
        }
    }
}
