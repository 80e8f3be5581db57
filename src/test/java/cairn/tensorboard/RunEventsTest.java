package cairn.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.journal.Numbers;
import cairn.look.curve.RunCurves;
import cairn.recipe.Recipe;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.History;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.Series;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.state.StateDigest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What TensorBoard shows of a run is what the run is: after stops, rollbacks and in branches, live and exported. */
class RunEventsTest {
    private static final AtomicLong TICKS = new AtomicLong(1_764_538_800_000L);
    private static final Clocks CLOCKS = new Clocks(() -> TICKS.addAndGet(7), TICKS::incrementAndGet);
    private static final Recipe RECIPE = Recipe.parse("""
            name: pictured
            data: {set: blobs, rows: 63, classes: 3, batch-size: 11, validation: 10, test: 10}
            model: [dense: {units: 5}, tanh, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            clip: {kind: norm, norm: 0.5}
            evaluate: {every: 3}
            """, "test");

    @TempDir
    private Path root;

    private static Workspace workspace() {
        return new Workspace(new RealDisk(), DataFolders.of(), CLOCKS);
    }

    private static String train(Run opened, Path path, Path board, long until, List<String> notes) throws IOException {
        try (Run run = opened; LiveEvents live = new LiveEvents(path, board, new RealDisk(), CLOCKS.millis(), notes::add)) {
            run.train(TrainOptions.until(until).observers(live));
            return StateDigest.of(run.trainer());
        }
    }

    private static void train(Run opened, Path path, Path board, long until) throws IOException {
        List<String> notes = new ArrayList<>();
        train(opened, path, board, until, notes);
        assertThat(notes).isEmpty();
    }

    private static Run resume(Path run) throws IOException {
        return Run.resume(run, workspace(), ResumeOptions.standard());
    }

    private static EventReader exported(Path run, Path into) throws IOException {
        RunExport export = RunExport.write(run, into, new RealDisk());
        assertThat(export.problems()).isEmpty();
        return EventReader.of(export.file());
    }

    private static EventReader live(Path board) throws IOException {
        List<Path> files = EventFile.of(new RealDisk(), board, "cairn-live");
        assertThat(files).as("the files of earlier sessions are gone").hasSize(1);
        return EventReader.of(files.get(0));
    }

    /** The numbers of the run after {@code after}, as TensorBoard keeps them. */
    private static Map<String, Map<Long, Float>> recorded(Path run, long after) throws IOException {
        Map<String, Map<Long, Float>> all = new TreeMap<>();
        RunCurves.of(run, new RealDisk()).curves().forEach((name, curve) -> {
            for (int i = 0; i < curve.size(); i++) {
                if (curve.step(i) > after) {
                    all.computeIfAbsent(name, n -> new TreeMap<>()).put(curve.step(i), (float) curve.value(i));
                }
                if (curve.step(i) > after && curve.hasInterval(i)) {
                    String measure = Series.measure(name).orElseThrow();
                    all.computeIfAbsent(Series.low(measure), n -> new TreeMap<>()).put(curve.step(i), (float) curve.low(i));
                    all.computeIfAbsent(Series.high(measure), n -> new TreeMap<>()).put(curve.step(i), (float) curve.high(i));
                }
            }
        });
        return all;
    }

    @Test
    void anExportHasEverySeriesWithTheTimesOfTheJournalAndTheSameBytesAgain() throws IOException {
        Path run = root.resolve("run");
        train(Run.create(run, RECIPE, workspace()), run, root.resolve("live"), 10);
        EventReader read = exported(run, root.resolve("board"));
        assertThat(read.numbers()).isEqualTo(recorded(run, -1)).containsKeys("train/loss", "train/accuracy", "train/gradient-norm",
                "train/learning-rate", "train/epoch-loss", "train/epoch-accuracy", "train/epoch-loss-so-far", "evaluation/loss",
                "evaluation-low/accuracy", "evaluation-high/accuracy");
        Numbers times = History.times(new RealDisk(), run);
        assertThat(times.size()).isEqualTo(10);
        read.scalars.values().forEach(points -> points.forEach((step, point) -> assertThat(point.time())
                .isEqualTo(times.values()[Arrays.binarySearch(times.steps(), step)] / 1e3)));
        assertThat(read.starts).containsExactly(0L);
        assertThat(read.texts.get("recipe").get(0)).contains("name: pictured");
        assertThat(read.histograms.keySet()).containsExactlyInAnyOrder("weights/0.dense/weight", "weights/0.dense/bias",
                "weights/2.dense/weight", "weights/2.dense/bias");
        Map<Integer, EventReader.Field> histogram = read.histograms.get("weights/0.dense/weight").get(10L);
        assertThat(histogram.get(3).real()).isEqualTo(10);
        assertThat(Arrays.stream(EventReader.reals(histogram.get(7))).sum()).isEqualTo(10);
        assertThat(EventReader.reals(histogram.get(6))).hasSameSizeAs(EventReader.reals(histogram.get(7))).isSorted();

        Path file = RunExport.write(run, root.resolve("again"), new RealDisk()).file();
        assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(root.resolve("board").resolve(file.getFileName())));
        assertThatThrownBy(() -> RunExport.write(run, root.resolve("live"), new RealDisk())).isInstanceOf(FileSystemException.class)
                .hasMessageContaining("cairn-live").hasMessageContaining("Nothing was written");
    }

    /** Whatever happened: the live file of the last session and an export have what the run has now, and no more. */
    @Property(tries = 12)
    void stopsAndRollbacksLeaveNothingThatCameToNothing(@ForAll @Size(min = 1, max = 4) List<@IntRange(min = -9, max = 7) Integer> moves)
            throws IOException {
        Path here = Files.createTempDirectory("events");
        Path run = here.resolve("run");
        Path live = here.resolve("live");
        train(Run.create(run, RECIPE, workspace()), run, live, 5);
        long at = 5;
        for (int move : moves) {
            long target = Math.max(0, at + move);
            if (target < at) {
                Optional<Path> aside;
                try (RunReplay replay = RunReplay.writing(run, workspace())) {
                    aside = replay.rollbackTo(target, new ReplayListener() { });
                }
                Path split = aside.orElseThrow();
                EventReader moved = exported(split, here.resolve("boards").resolve(split.getFileName().toString()));
                assertThat(moved.numbers()).isEqualTo(recorded(split, target));
                assertThat(moved.scalars.get("train/loss").lastKey()).as("the steps that were moved away are there").isEqualTo(at);
            }
            at = target + 1;
            train(resume(run), run, live, at);
            Map<String, Map<Long, Float>> recorded = recorded(run, -1);
            assertThat(recorded.get("train/loss")).hasSize((int) at);
            assertThat(live(live).numbers()).isEqualTo(recorded);
            assertThat(exported(run, here.resolve("board")).numbers()).isEqualTo(recorded);
            assertThat(EventFile.of(new RealDisk(), here.resolve("board"), "cairn-export")).hasSize(1);
        }
    }

    @Test
    void aBranchShowsItsOwnSteps() throws IOException {
        Path parent = root.resolve("parent");
        train(Run.create(parent, RECIPE, workspace()), parent, root.resolve("live-parent"), 9);
        Path child = root.resolve("child");
        train(Branch.from(parent, 9).into(child, workspace()), child, root.resolve("live-child"), 12);
        assertThat(exported(parent, root.resolve("boards/parent")).scalars.get("train/loss").lastKey()).isEqualTo(9);
        EventReader read = exported(child, root.resolve("boards/child"));
        assertThat(read.scalars.get("train/loss").keySet()).containsExactly(10L, 11L, 12L);
        assertThat(read.numbers()).isEqualTo(recorded(child, 9)).isEqualTo(live(root.resolve("live-child")).numbers());
        assertThat(read.texts.get("marks").get(0)).contains("branch of parent");
    }

    /** A session without it, before one with it, is in its file too. */
    @Test
    void aRunThatWasTrainedWithoutItIsWholeInTheFileOfALaterSession() throws IOException {
        Path run = root.resolve("run");
        try (Run first = Run.create(run, RECIPE, workspace())) {
            first.train(TrainOptions.until(7));
        }
        train(resume(run), run, root.resolve("live"), 11);
        EventReader read = live(root.resolve("live"));
        assertThat(read.numbers()).isEqualTo(recorded(run, -1));
        assertThat(read.starts).as("a reader drops what it has of earlier files").containsExactly(0L);
        assertThat(read.histograms.get("weights/0.dense/weight")).containsKeys(7L, 11L);
    }

    /** A folder that cannot be made: the training ends as without, and says it once. */
    @Test
    void aFailureToWriteStopsNoTrainingAndIsSaidOnce() throws IOException {
        Path sound = root.resolve("sound");
        String digest = train(Run.create(sound, RECIPE, workspace()), sound, root.resolve("board"), 20, new ArrayList<>());
        List<String> notes = new ArrayList<>();
        Files.writeString(root.resolve("file"), "");
        Path barred = root.resolve("barred");
        assertThat(train(Run.create(barred, RECIPE, workspace()), barred, root.resolve("file/board"), 20, notes)).isEqualTo(digest);
        assertThat(notes).singleElement().asString().contains("cannot be written", "The training goes on without them");
    }

    /** A layer that looks at images has pictures. */
    @Test
    void kernelsAreShownAsPictures() throws IOException {
        Recipe images = Recipe.parse("""
                name: images
                data: {set: digits, batch-size: 600}
                model: [conv2d: {filters: 4, kernel: 3}, relu, flatten, dense: {units: 10}]
                optimizer: {rule: sgd, learning-rate: 0.01}
                """, "test");
        Path run = root.resolve("images");
        train(Run.create(run, images, workspace()), run, root.resolve("live"), 2);
        for (EventReader read : List.of(exported(run, root.resolve("board")), live(root.resolve("live")))) {
            assertThat(read.images.keySet()).containsExactly("pictures/0.conv2d/weight");
            assertThat(read.images.get("pictures/0.conv2d/weight").keySet()).containsExactly(0L, 2L);
            assertThat(read.images.get("pictures/0.conv2d/weight").get(2L)).startsWith(0x89, 'P', 'N', 'G');
        }
    }
}
