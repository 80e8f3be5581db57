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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Train loss" is the mean over the rows since the line before, whatever happens between the lines. */
class TrainLossTest {
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

    /** The train loss of each evaluation, and at the end under the step -1; and of each epoch. */
    private static final class Shown implements Observer {
        private final NavigableMap<Long, OptionalDouble> lines = new TreeMap<>();
        private final NavigableMap<Long, OptionalDouble> epochs = new TreeMap<>();
        private OptionalDouble end = OptionalDouble.empty();

        @Override
        public void on(Event event) {
            if (event instanceof Event.Evaluated e) {
                lines.put(e.position().step(), e.trainLoss());
            } else if (event instanceof Event.EpochTrained e) {
                epochs.put(e.position().step(), e.trainLoss());
            } else if (event instanceof Event.Stopped e) {
                end = e.trainLoss();
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

    /** The losses of the rows of each batch before its update, added up, and the weights of the rows. */
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
                double[] sum = new double[2];
                for (int row : data.batchRows(recipe, step)) {
                    // Scores are scaled so that their plain mean is the loss.
                    sum[0] += scores.loss(row) * all / train.size();
                    sum[1] += weights[row];
                }
                sums.put(step + 1, sum);
                trainer.trainTo(step + 1);
            }
        }
        return sums;
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
                for (long line : shown.lines.keySet()) {
                    double value = shown.lines.get(line).getAsDouble();
                    assertThat(value).isCloseTo(mean(rows, line - interval, line), within(1e-12));
                    assertThat(value).isCloseTo(mean(fromJournal(journal, rows), line - interval, line), within(1e-12));
                    assertThat(journal.number(Series.MEAN_LOSS, line)).hasValue(value);
                }
                assertThat(shown.epochs.keySet()).hasSize(END / epoch);
                for (long end : shown.epochs.keySet()) {
                    assertThat(shown.epochs.get(end).getAsDouble()).isCloseTo(mean(rows, end - epoch, end), within(1e-12));
                    assertThat(journal.number(Series.EPOCH_LOSS, end)).isEqualTo(shown.epochs.get(end));
                }
                long last = END / interval * interval;
                assertThat(shown.end.getAsDouble()).isCloseTo(last == END ? shown.lines.get(last).getAsDouble() : mean(rows, last, END),
                        within(1e-12));
            }
        }
    }

    /** The losses of the steps that the journal has, with the weights of their rows. */
    private static Map<Long, double[]> fromJournal(RecordedSeries journal, Map<Long, double[]> rows) {
        Map<Long, double[]> sums = new HashMap<>();
        rows.forEach((step, sum) -> sums.put(step, new double[] {journal.number(Series.LOSS, step).getAsDouble() * sum[1], sum[1]}));
        return sums;
    }

    /** Stopped and resumed after every step, and gone back from every step: the same numbers, to the last bit. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax-cross-entropy", "{rule: softmax-cross-entropy, class-weights: [0.5, 1.0, 7.0]}", "mean-squared-error"})
    void aRunThatWasStoppedOrRolledBackShowsWhatAnUnbrokenOneShows(String loss) throws IOException {
        Recipe recipe = with(loss, "evaluate.every=6");
        Shown unbroken = new Shown().through(Run.create(root.resolve("unbroken"), recipe, workspace()), END);
        assertThat(unbroken.lines.values()).hasSize(3).allMatch(OptionalDouble::isPresent);
        // Every place between two evaluations, and in an epoch of four steps.
        for (long k = 1; k <= 12; k++) {
            Path path = root.resolve("broken-" + k);
            Shown shown = new Shown().through(Run.create(path, recipe, workspace()), k);
            OptionalDouble atStop = shown.end;
            shown.through(resume(path), k);
            assertThat(shown.end).as("nothing was trained at step %d", k).isEqualTo(atStop);
            shown.through(resume(path), END);
            assertThat(shown.lines).isEqualTo(unbroken.lines);
            assertThat(shown.epochs).isEqualTo(unbroken.epochs);
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
        assertThat(unbroken.lines.values()).hasSize(4).allSatisfy(mean -> assertThat(mean.getAsDouble()).isBetween(0.0, 10.0));
        RecordedSeries journal = History.recorded(new RealDisk(), root.resolve("unbroken"), series -> true, 0, END);
        double losses = 0;
        for (long step : new long[] {1, 2, 4, 5}) {
            losses += journal.number(Series.LOSS, step).getAsDouble() * (step == 4 ? 10 : 11);
        }
        assertThat(journal.has(Series.LOSS, 3)).isFalse();
        assertThat(unbroken.lines.get(5L).getAsDouble()).isCloseTo(losses / 43, within(1e-12));
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
            run.train(TrainOptions.until(8));
        }
        disk.delete(path.resolve(RunFiles.JOURNAL));
        Shown shown = new Shown().through(Run.resume(path, memory, ResumeOptions.standard()), END);
        assertThat(shown.lines.get(12L)).isEmpty();
        assertThat(shown.lines.get(18L)).isPresent();
        assertThat(shown.epochs.get(8L)).isNull();
        assertThat(shown.epochs.get(12L)).isPresent();
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
            assertThat(shown.lines.get(12L).getAsDouble()).isCloseTo(mean(rows, 9, 12), within(1e-12));
            assertThat(shown.lines.get(18L).getAsDouble()).isCloseTo(mean(rows, 12, 18), within(1e-12));
        }
    }
}
