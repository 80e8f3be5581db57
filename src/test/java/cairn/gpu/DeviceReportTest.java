package cairn.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.machine.BackendChoice;
import cairn.machine.Build;
import cairn.machine.Gpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** The story goes on whatever a part does, and its table and exit code tell all of it. */
class DeviceReportTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    /** A part made for a test. */
    private record Made(String name, Body body) implements Check {
        interface Body {
            void play(CheckContext stage) throws IOException, InterruptedException;
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(1);
        }

        @Override
        public void play(CheckContext stage) throws IOException, InterruptedException {
            body.play(stage);
        }
    }

    private static final Check GOOD = new Made("good", stage -> stage.tell("a law", Row.Verdict.PASSED, "3 of 3"));

    private Place place(Path out) {
        return new Place("cpu", BackendChoice.of(Build.CPU, BackendChoice.Wish.CPU, new Gpus(List.of(), "")), out, true, List.of("no-such-python"));
    }

    private int play(Optional<Duration> limit, Check... parts) throws IOException {
        Table table = new Table(folder, List.of(parts).stream().map(Check::name).toList());
        return DeviceReport.play(List.of(parts), place(folder), table, limit, new PrintStream(screen, true, StandardCharsets.UTF_8));
    }

    private String table() throws IOException {
        return Files.readString(folder.resolve(Table.FILE));
    }

    private static Program java(Class<?> main, String... words) {
        return Program.java(List.of("-XX:TieredStopAtLevel=1"), main.getName(), words);
    }

    @Test
    void aStoryOfWhichNothingFailsEndsWithZero() throws IOException {
        Check partly = new Made("partly", stage -> {
            stage.tell("a time", Row.Verdict.MEASURED, "3 ms");
            stage.tell("a card", Row.Verdict.SKIPPED, "there | is none");
            stage.fact("card 0", "a card");
        });
        assertThat(play(Optional.empty(), GOOD, partly)).isZero();
        assertThat(table()).contains("| good   | a law  | passed   | 3 of 3 |", "| partly | a time | measured | 3 ms |",
                "| partly | a card | skipped  | there / is none |", "| card 0  | a card |");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains(table());
    }

    @Test
    void whatFailsIsInTheTableAndTheOthersArePlayedAllTheSame() throws IOException {
        Check wrong = new Made("wrong", stage -> stage.tell("a digest", Row.Verdict.FAILED, "a, not b"));
        Check broken = new Made("broken", stage -> {
            stage.tell("before", Row.Verdict.PASSED, "yes");
            throw new IllegalStateException("a context was lost");
        });
        Check silent = new Made("silent", stage -> { });
        Check dying = new Made("dying", stage -> stage.run(java(Dies.class)).orFail());
        assertThat(play(Optional.empty(), wrong, broken, silent, dying, GOOD)).isEqualTo(1);
        assertThat(table()).contains("| wrong  | a digest       | FAILED | a, not b |", "| broken | before         | passed | yes |",
                "| broken | the rest of it | FAILED | a context was lost |", "| silent | all of it      | FAILED | it found nothing |",
                "| good   | a law          | passed | 3 of 3 |").containsPattern("\\| dying +\\| the rest of it \\| FAILED \\| .*Dies ended with 3: error: no card");
        assertThat(folder.resolve("dying.log")).content().contains("half a result", "error: no card");
    }

    @Test
    void aPartThatHangsIsGivenUpAndItsProgramsEnd() throws IOException, InterruptedException {
        Process[] started = new Process[1];
        Check hangs = new Made("hangs", stage -> {
            stage.tell("before", Row.Verdict.PASSED, "yes");
            started[0] = stage.start(java(Hangs.class));
            started[0].waitFor();
            stage.tell("after", Row.Verdict.PASSED, "never");
        });
        assertThat(play(Optional.of(Duration.ofSeconds(2)), hangs, GOOD)).isEqualTo(1);
        assertThat(table()).contains("| hangs | before    | passed | yes |", "| hangs | all of it | FAILED | not over after 2 s; see hangs.log |",
                "| good  | a law     | passed | 3 of 3 |").doesNotContain("never");
        assertThat(started[0].waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theTableKeepsWhatAnEarlierCallFoundAndAPartThatIsPlayedAgainReplacesItsOwn() throws IOException {
        Table table = new Table(folder, List.of("a", "b"));
        table.put("b", List.of(new Row("x", Row.Verdict.FAILED, "no")));
        table.put("a", List.of(new Row("y", Row.Verdict.PASSED, "yes")));
        assertThat(table.hasFailed()).isTrue();
        table.put("b", List.of(new Row("x", Row.Verdict.PASSED, "now")));
        Table again = new Table(folder, List.of("a", "b"));
        assertThat(again.hasFailed()).isFalse();
        assertThat(again.markdown()).contains("| a    | y    | passed | yes |\n| b    | x    | passed | now |");
        again.putFacts(Map.of("card", "one"));
        again.putFacts(Map.of("card", "two"));
        assertThat(again.facts()).containsExactly(Map.entry("card", "two"));
    }

    @Test
    void lossesAreHeldToTheirBoundsAndALossThatIsNoNumberFails() throws IOException {
        CheckContext stage = new CheckContext(place(folder), "losses");
        double[] there = IntStream.range(0, 200).mapToDouble(i -> 2.0 / (1 + i)).toArray();
        compare(stage, "same", there, i -> 1);
        compare(stage, "near", there, i -> i == 0 ? 1.000009 : i < 20 ? 1.0009 : i % 2 == 0 ? 1.3 : 0.7);
        compare(stage, "first", there, i -> i == 0 ? 1.00002 : 1);
        compare(stage, "early", there, i -> i == 19 ? 1.002 : 1);
        compare(stage, "late", there, i -> i > 99 ? 1.04 : 1);
        compare(stage, "early no number", there, i -> i == 3 ? Double.NaN : 1);
        compare(stage, "late no number", there, i -> i == 190 ? Double.NaN : 1);
        assertThat(stage.rows()).extracting(row -> row.verdict() + " " + row.what().replaceAll(",.*", "")).containsExactly("passed same", "passed near",
                "FAILED first", "FAILED early", "FAILED late", "FAILED early no number", "FAILED late no number");
        assertThat(stage.rows().get(3).result()).contains("at most 2.0e-03 to step 20");
        assertThatThrownBy(() -> LossesCheck.compare(stage, "fewer", new double[] {2.0}, there)).hasMessageContaining("found 1 and 200");
    }

    private static void compare(CheckContext stage, String name, double[] there, IntToDoubleFunction factor) throws IOException {
        LossesCheck.compare(stage, name, IntStream.range(0, there.length).mapToDouble(i -> there[i] * factor.applyAsDouble(i)).toArray(), there);
    }

    /** The first steps of the real recipes, through processes of their own, as the prepared folder does it. */
    @Test
    void lossesOnTheProcessorAreThoseOfTheProcessor() throws IOException, InterruptedException {
        CheckContext stage = new CheckContext(place(folder), "losses");
        Program trace = java(LossTrace.class, "mnist-mlp", "2");
        List<String> here = stage.run(trace).orFail();
        assertThat(here).hasSize(2).isEqualTo(stage.run(trace.onProcessor()).orFail());
        assertThat(Double.parseDouble(here.get(0))).isBetween(1.0, 10.0);
    }

    @Test
    void lawsAreCountedAndOneThatIsBrokenIsToldToBe() {
        assertThat(laws(Sound.class)).isTrue();
        assertThat(laws(Unsound.class)).isFalse();
        assertThat(laws(DeviceReportTest.Dies.class)).as("no test at all is no proof").isFalse();
    }

    private static boolean laws(Class<?> tests) {
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
            return LawRun.run(LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(tests)).build());
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void whereThereIsNoPyTorchItSaysSo() throws IOException, InterruptedException {
        Torch.Search search = Torch.of(new CheckContext(place(folder), "steps"));
        assertThat(search.torch()).isEmpty();
        assertThat(search.problem()).isEqualTo("there is no no-such-python");
    }

    @Test
    void whoEndsBeforeItsTurnIsAskedWhy() throws IOException {
        CheckContext stage = new CheckContext(place(folder), "steps");
        assertThatThrownBy(() -> new BenchmarkProcess(stage, java(Dies.class))).hasMessageEndingWith("Dies ended before its turn: error: no card");
    }

    /** Tests of which none fails; found by the story alone, for their names are not those of tests. */
    static final class Sound {
        @Test
        void holds() {
            assertThat(1).isEqualTo(1);
        }
    }

    static final class Unsound {
        @Test
        void holds() {
            assertThat(1).isEqualTo(1);
        }

        @Test
        void doesNotHold() {
            // As if a card computed something else.
            assertThat(System.getProperty("java.version")).isEqualTo("");
        }
    }

    /** A program that dies. */
    static final class Dies {
        public static void main(String[] words) {
            System.out.println("half a result");
            System.err.println("error: no card");
            System.exit(3);
        }
    }

    /** A program that does not end. */
    static final class Hangs {
        public static void main(String[] words) throws InterruptedException {
            Thread.sleep(600_000);
        }
    }
}
