package cairn.look.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.metrics.Estimate;
import cairn.recipe.Recipe;
import cairn.replay.RunReplay;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCurvesTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Workspace HERE = new Workspace(new RealDisk(), DataFolders.of(),
            new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet));
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
            model: [dense: {units: 4}, relu, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            clip: {kind: norm, norm: 1}
            evaluate: {every: 6}
            """, "small");

    @TempDir
    private Path folder;

    private Path trained(String name, long until) throws IOException {
        Path path = folder.resolve(name);
        try (Run run = Run.create(path, RECIPE, HERE)) {
            run.train(TrainOptions.until(until).save("6").keep("all"));
        }
        return path;
    }

    private static RunCurves curves(Path run) throws IOException {
        return RunCurves.of(run, new RealDisk());
    }

    private static List<Long> steps(RunCurves curves, String name) {
        return curves.curve(name).map(c -> LongStream.of(c.steps()).boxed().toList()).orElse(List.of());
    }

    /** The steps between are in another folder, and nothing is drawn in their place. */
    @Test
    void aParentThatWasRolledBackBehindTheBranchLeavesAGapThatIsSaid() throws IOException {
        Path parent = trained("parent", 24);
        Path child = folder.resolve("child");
        try (Run run = Branch.from(parent, 18).into(child, HERE)) {
            run.train(TrainOptions.until(30).save("6").keep("all"));
        }
        RunReplay.rollback(parent, 6, HERE.clocks(), note -> { });
        RunCurves curves = curves(child);
        List<Long> expected = new ArrayList<>(range(1, 6));
        expected.addAll(range(19, 30));
        assertThat(steps(curves, "train/loss")).isEqualTo(expected);
        assertThat(curves.problems()).singleElement().asString().contains("gap from step 6 to 18", "parent was rolled back");
        assertThat(curves.marks()).contains(new Mark(18, Mark.Kind.MISSING, "the steps from 6 on are no longer in parent"));
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void theNumbersAreThoseOfTheTraining() throws IOException {
        Path path = folder.resolve("run");
        Map<Long, Double> losses = new HashMap<>();
        Map<Long, Map<String, Estimate>> measures = new HashMap<>();
        try (Run run = Run.create(path, RECIPE, HERE)) {
            run.train(TrainOptions.until(14).observers(event -> {
                if (event instanceof Event.Stepped e) {
                    losses.put(e.report().step(), e.report().loss());
                } else if (event instanceof Event.Evaluated e) {
                    measures.put(e.position().step(), e.result().measures());
                }
            }));
        }
        RunCurves curves = curves(path);
        assertThat(curves.run()).isEqualTo("run");
        assertThat(curves.lastStep()).isEqualTo(14);
        assertThat(curves.stepsPerEpoch()).hasValue(4);
        assertThat(curves.marks()).isEmpty();
        assertThat(curves.problems()).isEmpty();
        Curve loss = curves.curve("train/loss").orElseThrow();
        assertThat(steps(curves, "train/loss")).isEqualTo(range(1, 14));
        assertThat(IntStream.range(0, 14).boxed().collect(Collectors.toMap(loss::step, loss::value))).isEqualTo(losses);
        assertThat(steps(curves, "train/epoch-loss")).containsExactly(4L, 8L, 12L);
        assertThat(steps(curves, "train/gradient-norm")).isEqualTo(range(1, 14));
        assertThat(measures).hasSizeGreaterThanOrEqualTo(2);
        measures.forEach((step, all) -> all.forEach((name, estimate) -> {
            Curve curve = curves.curve("evaluation/" + name).orElseThrow();
            int i = Arrays.binarySearch(curve.steps(), step);
            assertThat(curve.value(i)).isEqualTo(estimate.value());
            assertThat(List.of(curve.low(i), curve.high(i))).isEqualTo(estimate.interval().isKnown()
                    ? List.of(estimate.interval().low(), estimate.interval().high()) : List.of(Double.NaN, Double.NaN));
        }));
        assertThat(curves.curve("evaluation/accuracy").orElseThrow().hasIntervals()).isTrue();
        assertThat(curves.ofKind(Curve.Kind.LOSS)).extracting(Curve::name)
                .containsExactly("evaluation/loss", "train/epoch-loss", "train/epoch-loss-so-far", "train/loss", "train/mean-loss");
        assertThat(curves.curves().keySet()).noneMatch(name -> name.contains("-low/") || name.contains("-high/"));
    }

    @Test
    void aJournalOfAnOlderVersionHasNoIntervals() throws IOException {
        Path path = trained("run", 14);
        Path journal = path.resolve(RunFiles.JOURNAL);
        Files.write(journal, Files.readAllLines(journal).stream().filter(line -> !line.contains("evaluation-")).toList());
        assertThat(curves(path).curve("evaluation/accuracy").orElseThrow().hasIntervals()).isFalse();
    }

    @Test
    void aBranchGoesOnFromItsParentWhichEndsWhereItBegins() throws IOException {
        Path parent = trained("parent", 18);
        Path child = folder.resolve("child");
        try (Run run = Branch.from(parent, 12).with("optimizer.learning-rate=0.001").into(child, HERE)) {
            run.train(TrainOptions.until(20));
        }
        RunCurves curves = curves(child);
        assertThat(curves.parentUntil()).isEqualTo(12);
        assertThat(steps(curves, "train/loss")).isEqualTo(range(1, 20));
        Curve rate = curves.curve("train/learning-rate").orElseThrow();
        assertThat(rate.value(11)).isEqualTo(0.05);
        assertThat(rate.value(12)).isEqualTo(0.001);
        assertThat(curves.marks()).containsExactly(new Mark(12, Mark.Kind.BRANCH,
                "branch of parent: optimizer.learning-rate 0.05 -> 0.001"));
        assertThat(curves.curve("evaluation/accuracy").orElseThrow().hasInterval(0)).isTrue();

        Files.move(parent, folder.resolve("elsewhere"));
        assertThat(steps(curves(child), "train/loss")).isEqualTo(range(13, 20));
        assertThat(curves(child).problems()).singleElement().asString().contains("begin at step 12", "parent is not there");
    }

    @Test
    void aRunThatDescendsFromItselfHasItsOwnCurves() throws IOException {
        Path parent = trained("parent", 12);
        Path child = folder.resolve("child");
        try (Run run = Branch.from(parent, 6).into(child, HERE)) {
            run.train(TrainOptions.until(9));
        }
        String facts = Files.readString(child.resolve(RunFiles.RUN));
        Files.writeString(child.resolve(RunFiles.RUN), facts.replace("../parent", "../child"));
        assertThat(steps(curves(child), "train/loss")).isEqualTo(range(7, 9));
    }

    @Test
    void aRollbackIsAMarkAndTakesTheLaterStepsAway() throws IOException {
        Path path = trained("run", 18);
        RunReplay.rollback(path, 12, HERE.clocks(), note -> { });
        assertThat(steps(curves(path), "train/loss")).isEqualTo(range(1, 12));
        assertThat(curves(path).marks()).containsExactly(new Mark(12, Mark.Kind.ROLLBACK,
                "the steps after it are in run.before-rollback-1"));
        RunCurves aside = curves(folder.resolve("run.before-rollback-1"));
        assertThat(steps(aside, "train/loss")).isEqualTo(range(1, 18));
        assertThat(aside.parentUntil()).isEqualTo(12);
        assertThat(aside.marks()).extracting(Mark::kind).contains(Mark.Kind.BRANCH);
    }

    @Test
    void anotherSessionIsAMark() throws IOException {
        Path path = trained("run", 6);
        try (Run run = Run.resume(path, HERE, ResumeOptions.standard())) {
            run.train(TrainOptions.until(9));
        }
        assertThat(curves(path).marks()).containsExactly(new Mark(6, Mark.Kind.RESUME, "session 2"));
    }

    @Test
    void ofADamagedJournalThereIsWhatStandsBeforeTheDamage() throws IOException {
        Path path = trained("run", 12);
        Path journal = path.resolve(RunFiles.JOURNAL);
        List<String> lines = Files.readAllLines(journal);
        int at = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(",train/loss,") && lines.get(i).startsWith("1,9,")).findFirst().getAsInt();
        lines.set(at, lines.get(at).replace("train/loss,", "train/loss,7"));
        Files.write(journal, lines);
        assertThat(steps(curves(path), "train/loss")).isEqualTo(range(1, 8));
        assertThat(curves(path).problems()).singleElement().asString().contains("journal.csv", "line " + (at + 1));
    }

    @Test
    void aRunWithoutJournalHasNoCurvesAndNoRunIsAnError() throws IOException {
        Path path = trained("run", 2);
        Files.delete(path.resolve(RunFiles.JOURNAL));
        assertThat(curves(path).curves()).isEmpty();
        assertThat(curves(path).lastStep()).isEqualTo(-1);
        assertThatThrownBy(() -> curves(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no such run");
    }

    /** An unreadable run.json does not hide the numbers. */
    @Test
    void curvesDoNotNeedTheFactsOfTheRun() throws IOException {
        Path path = trained("run", 3);
        Files.writeString(path.resolve(RunFiles.RUN), "}", StandardOpenOption.APPEND);
        assertThat(steps(curves(path), "train/loss")).isEqualTo(range(1, 3));
        assertThat(curves(path).problems()).singleElement().asString().contains("run.json");
    }

    @Provide
    Arbitrary<double[]> losses() {
        return Arbitraries.frequencyOf(Tuple.of(30, Arbitraries.doubles().between(-10, 10)), Tuple.of(1, Arbitraries.of(Double.NaN,
                Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))).array(double[].class).ofMinSize(1).ofMaxSize(400);
    }

    /** Law: a thinned curve has the same lowest and highest value, begins and ends as the whole one, and has points of it alone. */
    @Property(tries = 300)
    void thinningLosesNoPeak(@ForAll("losses") double[] values, @ForAll @IntRange(min = 8, max = 60) int most) {
        long[] steps = LongStream.range(0, values.length).map(i -> 3 * i + 1).toArray();
        Curve whole = Curve.of("train/loss", Curve.Kind.LOSS, steps, values);
        Curve thin = whole.thinned(most);
        assertThat(thin.size()).isLessThanOrEqualTo(most);
        assertThat(thin.steps()).isSorted();
        assertThat(new TreeSet<>(LongStream.of(thin.steps()).boxed().toList())).hasSize(thin.size())
                .contains(steps[0], steps[steps.length - 1]);
        for (int i = 0; i < thin.size(); i++) {
            assertThat(Double.valueOf(thin.value(i))).isEqualTo(Double.valueOf(values[(int) (thin.step(i) - 1) / 3]));
        }
        assertThat(finite(thin.values()).min()).isEqualTo(finite(values).min());
        assertThat(finite(thin.values()).max()).isEqualTo(finite(values).max());
        assertThat(Arrays.stream(thin.values()).allMatch(Double::isFinite)).isEqualTo(Arrays.stream(values).allMatch(Double::isFinite));
    }

    private static DoubleStream finite(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite);
    }
}
