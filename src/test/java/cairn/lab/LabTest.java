package cairn.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.source.DataFolders;
import cairn.tensor.device.Backend;
import cairn.tensor.device.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment in its quick form; each is run once and its report looked at from several sides. */
class LabTest {
    private static final Map<String, Report> REPORTS = new HashMap<>();

    static List<String> experiments() {
        return Experiments.all().stream().map(Experiment::name).toList();
    }

    static Report report(String name) throws IOException {
        Report known = REPORTS.get(name);
        if (known == null) {
            known = Experiments.find(name).run(context(42));
            REPORTS.put(name, known);
        }
        return known;
    }

    static Context context(long seed) {
        return new Context(seed, true, DataFolders.standard(), System::nanoTime, what -> { });
    }

    /** The cell of the first row that begins with {@code first}. */
    static Object cell(Table table, String first, String head) {
        int column = table.heads().indexOf(head);
        assertThat(column).as("column '" + head + "' of " + table.heads()).isNotNegative();
        return table.rows().stream().filter(r -> r.get(0).equals(first)).findFirst().orElseThrow().get(column);
    }

    static double real(Table table, String first, String head) {
        return ((Number) cell(table, first, head)).doubleValue();
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void everyFileIsWrittenAndThePageNamesThem(String name, @TempDir Path folder) throws IOException {
        Report report = report(name);
        List<Path> files = Pages.write(Experiments.find(name), report, folder);
        assertThat(files).allMatch(f -> f.toFile().length() > 0).contains(folder.resolve(name + ".csv"), folder.resolve(name + ".svg"),
                folder.resolve(name + ".png"), folder.resolve(name + ".md"), folder.resolve(name + "-figure.csv"));
        String page = Files.readString(folder.resolve(name + ".md"));
        assertThat(page).startsWith("# " + name + "\n").contains(Experiments.find(name).question(), "](" + name + ".svg)",
                "## What to notice",
                "## Exercises").doesNotContain("NaN", "null");
        report.findings().forEach(f -> assertThat(page).contains(f));
        List<String> csv = Files.readAllLines(folder.resolve(name + ".csv"));
        assertThat(csv).hasSize(1 + report.tables().get(0).rows().size());
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void everyQuestionIsAQuestionAndEveryNameAWord(String name) {
        assertThat(name).matches("[a-z]+");
        assertThat(Experiments.find(name).question()).endsWith("?");
    }

    @Test
    void anUnknownExperimentIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> Experiments.find("forgot")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no experiment 'forgot'; did you mean 'forget'?");
    }

    @Test
    void anExperimentOfOnesOwnIsFoundAndTakesOneFile() throws IOException {
        assertThat(Experiments.find("own")).isInstanceOf(OwnExperiment.class);
        assertThat(report("own").findings()).containsExactly("It is 3.");
    }

    @Test
    void forgettingNothingGoesNowhereAndForgettingMomentsGoesFar() throws IOException {
        Table t = report("forget").tables().get(0);
        assertThat(real(t, "nothing", "weights at the end")).isZero();
        assertThat(real(t, "nothing", "most excess loss")).isZero();
        assertThat(real(t, "optimizer moments", "weights after 1 step")).isGreaterThan(real(t, "dropout key", "weights after 1 step"));
        for (String forgotten : List.of("optimizer moments", "Adam's update count", "shuffle order", "dropout key", "schedule position",
                "train/step")) {
            assertThat(real(t, forgotten, "weights after 1 step")).as(forgotten).isPositive();
        }
    }

    @Test
    void theSameBestStepIsNotSetAgainstItself() throws IOException {
        Report forget = report("forget");
        assertThat(new String(forget.figures().get(0).chart().svg(), StandardCharsets.UTF_8))
                .contains("0, which this axis has no place for: nothing everywhere; batch-norm statistics everywhere");
        boolean isSame = forget.tables().get(0).rows().stream().filter(r -> List.of("nothing", "best metric").contains(r.get(0).toString()))
                .map(r -> r.get(r.size() - 1)).distinct().count() == 1;
        assertThat(forget.findings()).filteredOn(f -> f.startsWith("Without the best metric")).singleElement().asString()
                .contains(isSame ? "all the same" : "with everything it is");
    }

    @Test
    void forgettingRunningStatisticsHurtsTheLossAndNoWeight() throws IOException {
        Table t = report("forget").tables().get(0);
        assertThat(real(t, "batch-norm statistics", "weights after 1 step")).isZero();
        assertThat(real(t, "batch-norm statistics", "most excess loss")).isPositive();
        assertThat(real(t, "batch-norm statistics", "entries changed")).isEqualTo(2);
    }

    @Test
    void onlyTheExactLoaderLosesNothing() throws IOException {
        Report when = report("when");
        for (List<Object> row : when.tables().get(0).rows()) {
            if (row.get(1).equals("exact")) {
                assertThat(row.subList(2, 5)).containsOnly(0);
            } else if (row.get(0).equals("middle")) {
                assertThat((int) row.get(2)).isPositive();
                assertThat((int) row.get(3)).isPositive();
            }
        }
        assertThat(real(when.tables().get(1), "exact", "distance of weights")).isZero();
        assertThat(real(when.tables().get(1), "order restarted", "distance of weights")).isPositive();
    }

    @Test
    void poisonHurtsATrainingWithoutARuleAndNoneThatSkips() throws IOException {
        Table t = report("spike").tables().get(0);
        List<Object> bare = row(t, "no rule", "times -30");
        List<Object> skipped = row(t, "skip", "times -30");
        assertThat((double) bare.get(3)).as("highest loss").isGreaterThan(10 * (double) skipped.get(3));
        assertThat(bare.get(2)).isEqualTo(0);
        for (String rule : List.of("skip", "go back and skip", "skip, half the rate")) {
            assertThat(row(t, rule, "times -30").get(2)).as(rule).isEqualTo(3);
            assertThat(row(t, rule, "infinite").subList(2, 7)).as(rule).isEqualTo(row(t, rule, "times -30").subList(2, 7));
        }
        assertThat(row(t, "no rule", "infinite").get(6)).isEqualTo("stopped at 60");
    }

    private static List<Object> row(Table table, String first, String second) {
        return table.rows().stream().filter(r -> r.get(0).equals(first) && r.get(1).equals(second)).findFirst().orElseThrow();
    }

    @Test
    void noIntervalIsBetterThanTheOptimumAndNoneNearItIsMuchWorse() throws IOException {
        Table t = report("interval").tables().get(0);
        assertThat(t.rows()).hasSize(3);
        for (List<Object> row : t.rows()) {
            String machine = (String) row.get(0);
            double best = real(t, machine, "lost at the optimum");
            for (String other : List.of("lost at Young's", "lost at Daly's", "lost at Cairn's")) {
                assertThat(real(t, machine, other)).as(other).isGreaterThanOrEqualTo(best * (1 - 1e-9));
            }
            assertThat(real(t, machine, "lost at Daly's")).isLessThan(1.01 * best);
            assertThat(real(t, machine, "4 times too often")).isGreaterThan(1.5 * best);
            assertThat(real(t, machine, "4 times too rarely")).isGreaterThan(1.5 * best);
        }
    }

    @Test
    void simulatedFailuresLieAroundTheExpectation() throws IOException {
        Curves chart = (Curves) report("interval").figures().get(0).chart();
        for (Series simulated : chart.series().stream().filter(s -> s.name().startsWith("simulated")).toList()) {
            Series expected = chart.series().stream().filter(s -> s.name().equals(simulated.name().replace("simulated", "expected")))
                    .findFirst().orElseThrow();
            for (Point p : simulated.points()) {
                double near = expected.points().stream().min(Comparator.comparingDouble(q -> Math.abs(Math.log(q.x() / p.x()))))
                        .orElseThrow().y();
                assertThat(p.y()).as(simulated.name() + " at " + p.x()).isCloseTo(near, withinPercentage(25));
            }
        }
    }

    @Test
    void aRealReplayBackwardsMakesAsManyStepsAsWereComputedAndEveryStateIsEqual() throws IOException {
        Table measured = report("snapshots").tables().get(1);
        assertThat(measured.rows()).hasSize(3);
        for (List<Object> row : measured.rows()) {
            assertThat(row.get(1)).as(row.get(0) + ": steps").isEqualTo(row.get(2));
            assertThat((int) row.get(3)).as(row.get(0) + ": states kept").isLessThanOrEqualTo(8);
            assertThat(row.get(4)).as(row.get(0) + ": equal states").isEqualTo(40L);
        }
        assertThat(real(measured, "binomial (Revolve)", "steps made")).isLessThan(real(measured, "every k", "steps made"));
    }

    @Test
    void oneBitDrivesTrainingsApartAndNoneDoesNot() throws IOException {
        Table t = report("butterfly").tables().get(0);
        assertThat(t.rows().get(0).subList(1, 7)).containsOnly(0.0);
        assertThat(real(t, "bit 0", "weights at once")).isPositive().isLessThan(1e-7);
        assertThat(real(t, "bit 22", "weights at once")).isGreaterThan(1000 * real(t, "bit 0", "weights at once"));
        assertThat((double) t.rows().get(1).get(4)).as("bit 0, at the end").isPositive();
        assertThat((double) t.rows().get(5).get(4)).as("another order, at the end").isGreaterThan((double) t.rows().get(1).get(4));
        assertThat(Threads.count()).isEqualTo(Integer.parseInt(Backend.facts().get("threads")));
    }

    @Test
    void branchesLieNearerToEachOtherThanStrangers() throws IOException {
        Table t = report("average").tables().get(0);
        assertThat(real(t, "between trunk and branch", "training loss")).isLessThan(real(t, "between trunk and stranger", "training loss"));
    }

    @Test
    void aReportIsTheSameForTheSameSeed() throws IOException {
        assertThat(Experiments.find("when").run(context(42)).tables()).isEqualTo(report("when").tables());
        assertThat(Experiments.find("when").run(context(43)).tables()).isNotEqualTo(report("when").tables());
    }

    @Test
    void aFolderThatCannotBeWrittenToIsRefusedBeforeTheWork(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> Pages.prepare(file)).isInstanceOf(IOException.class)
                .hasMessage("cannot write results into " + file + ": it is a file\nName another folder with --out.");
        assertThatThrownBy(() -> Pages.prepare(file.resolve("below"))).isInstanceOf(IOException.class).hasMessageContaining("--out");
        Pages.prepare(folder.resolve("a/b"));
        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void numbersAreShort() {
        assertThat(List.of(0.0, 1.0, 0.123456, 12345.6, 1.0e-7, 1.23456e-12, 2.5e9, -0.5).stream().map(Numbers::text))
                .containsExactly("0", "1", "0.1235", "12350", "1e-7", "1.235e-12", "2.5e9", "-0.5");
        assertThat(Numbers.text(Double.NaN)).isEqualTo("-");
        assertThat(Numbers.times(19.94)).isEqualTo("19.9 times");
        assertThat(Numbers.percent(0.2521)).isEqualTo("25.2 %");
    }
}
