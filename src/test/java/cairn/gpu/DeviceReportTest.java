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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** The report goes on whatever one check does, and its table and exit code show all results. */
class DeviceReportTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    /** A check made for a test. */
    private record TestCheck(String name, Body body) implements Check {
        interface Body {
            void run(CheckContext context) throws IOException, InterruptedException;
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(1);
        }

        @Override
        public void run(CheckContext context) throws IOException, InterruptedException {
            body.run(context);
        }
    }

    private static final Check GOOD = new TestCheck("good", context -> context.report("a law", Row.Verdict.PASSED, "3 of 3"));

    private ReportOptions options(Path out) {
        return new ReportOptions("cpu", BackendChoice.of(Build.CPU, BackendChoice.Wish.CPU, new Gpus(List.of(), "")), out, true,
                List.of("no-such-python"));
    }

    private int run(Optional<Duration> limit, Check... checks) throws IOException {
        Table table = new Table(folder, List.of(checks).stream().map(Check::name).toList());
        return DeviceReport.run(List.of(checks), options(folder), table, limit, new PrintStream(screen, true, StandardCharsets.UTF_8));
    }

    private String table() throws IOException {
        return Files.readString(folder.resolve(Table.FILE));
    }

    private static Program java(Class<?> main, String... words) {
        return Program.java(List.of("-XX:TieredStopAtLevel=1"), main.getName(), words);
    }

    @Test
    void aReportWithoutFailuresEndsWithZero() throws IOException {
        Check partly = new TestCheck("partly", context -> {
            context.report("a time", Row.Verdict.MEASURED, "3 ms");
            context.report("a GPU", Row.Verdict.SKIPPED, "there | is none");
            context.fact("GPU 0", "a GPU");
        });
        assertThat(run(Optional.empty(), GOOD, partly)).isZero();
        assertThat(table()).contains("| good   | a law  | passed   | 3 of 3 |", "| partly | a time | measured | 3 ms |",
                "| partly | a GPU  | skipped  | there / is none |", "| GPU 0   | a GPU |");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains(table());
    }

    @Test
    void aFailureIsInTheTableAndTheOtherChecksStillRun() throws IOException {
        Check wrong = new TestCheck("wrong", context -> context.report("a digest", Row.Verdict.FAILED, "a, not b"));
        Check broken = new TestCheck("broken", context -> {
            context.report("before", Row.Verdict.PASSED, "yes");
            throw new IllegalStateException("a context was lost");
        });
        Check silent = new TestCheck("silent", context -> { });
        Check dying = new TestCheck("dying", context -> context.run(java(Dies.class)).orFail());
        assertThat(run(Optional.empty(), wrong, broken, silent, dying, GOOD)).isEqualTo(1);
        assertThat(table()).contains("| wrong  | a digest       | FAILED | a, not b |", "| broken | before         | passed | yes |",
                "| broken | the rest of it | FAILED | a context was lost |", "| silent | all of it      | FAILED | it found nothing |",
                "| good   | a law          | passed | 3 of 3 |")
                .containsPattern("\\| dying +\\| the rest of it \\| FAILED \\| .*Dies ended with 3: error: no GPU");
        assertThat(folder.resolve("dying.log")).content().contains("half a result", "error: no GPU");
    }

    @Test
    void aCheckThatHangsIsStoppedAndItsProgramsEnd() throws IOException, InterruptedException {
        Process[] started = new Process[1];
        Check hangs = new TestCheck("hangs", context -> {
            context.report("before", Row.Verdict.PASSED, "yes");
            started[0] = context.start(java(Hangs.class));
            started[0].waitFor();
            context.report("after", Row.Verdict.PASSED, "never");
        });
        assertThat(run(Optional.of(Duration.ofSeconds(2)), hangs, GOOD)).isEqualTo(1);
        assertThat(table()).contains("| hangs | before    | passed | yes |",
                "| hangs | all of it | FAILED | not over after 2 s; see hangs.log |",
                "| good  | a law     | passed | 3 of 3 |").doesNotContain("never");
        assertThat(started[0].waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theTableKeepsEarlierResultsAndARepeatedCheckReplacesItsOwn() throws IOException {
        Table table = new Table(folder, List.of("a", "b"));
        table.put("b", List.of(new Row("x", Row.Verdict.FAILED, "no")));
        table.put("a", List.of(new Row("y", Row.Verdict.PASSED, "yes")));
        assertThat(table.hasFailed()).isTrue();
        table.put("b", List.of(new Row("x", Row.Verdict.PASSED, "now")));
        Table again = new Table(folder, List.of("a", "b"));
        assertThat(again.hasFailed()).isFalse();
        assertThat(again.markdown()).contains("| a    | y    | passed | yes |\n| b    | x    | passed | now |");
        again.putFacts(Map.of("GPU", "one"));
        again.putFacts(Map.of("GPU", "two"));
        assertThat(again.facts()).containsExactly(Map.entry("GPU", "two"));
    }

    @Test
    void lossesMustKeepTheirBoundsAndALossThatIsNotANumberFails() throws IOException {
        CheckContext context = new CheckContext(options(folder), "losses");
        double[] there = IntStream.range(0, 200).mapToDouble(i -> 2.0 / (1 + i)).toArray();
        compare(context, "same", there, i -> 1);
        compare(context, "near", there, i -> i == 0 ? 1.000009 : i < 20 ? 1.0009 : i % 2 == 0 ? 1.3 : 0.7);
        compare(context, "first", there, i -> i == 0 ? 1.00002 : 1);
        compare(context, "early", there, i -> i == 19 ? 1.002 : 1);
        compare(context, "late", there, i -> i > 99 ? 1.04 : 1);
        compare(context, "early no number", there, i -> i == 3 ? Double.NaN : 1);
        compare(context, "late no number", there, i -> i == 190 ? Double.NaN : 1);
        assertThat(context.rows()).extracting(row -> row.verdict() + " " + row.what().replaceAll(",.*", ""))
                .containsExactly("passed same", "passed near",
                "FAILED first", "FAILED early", "FAILED late", "FAILED early no number", "FAILED late no number");
        assertThat(context.rows().get(3).result()).contains("at most 2.0e-03 to step 20");
        assertThatThrownBy(() -> LossesCheck.compare(context, "fewer", new double[] {2.0}, there)).hasMessageContaining("found 1 and 200");
    }

    private static void compare(CheckContext context, String name, double[] there, IntToDoubleFunction factor) throws IOException {
        LossesCheck.compare(context, name, IntStream.range(0, there.length).mapToDouble(i -> there[i] * factor.applyAsDouble(i)).toArray(),
                there);
    }

    /** The first steps of the real recipes, in processes of their own, as in the prepared folder. */
    @Test
    void lossesOnTheCpuAreThoseOfTheCpu() throws IOException, InterruptedException {
        CheckContext context = new CheckContext(options(folder), "losses");
        Program trace = java(LossTrace.class, "mnist-mlp", "2");
        List<String> here = context.run(trace).orFail();
        assertThat(here).hasSize(2).isEqualTo(context.run(trace.onCpu()).orFail());
        assertThat(Double.parseDouble(here.get(0))).isBetween(1.0, 10.0);
    }

    @Test
    void aFailedTestFailsTheLawsAndSoDoesNoTest() {
        assertThat(laws(Sound.class)).isTrue();
        assertThat(laws(Unsound.class)).isFalse();
        assertThat(laws(DeviceReportTest.Dies.class)).as("no test at all is no proof").isFalse();
    }

    @Test
    void theTestsThatTheLawsNameExist() {
        for (String tests : Stream.concat(LawsCheck.FULL.stream(), LawsCheck.QUICK.stream()).toList()) {
            boolean isClass = Character.isUpperCase(tests.charAt(tests.lastIndexOf('.') + 1));
            assertThat(getClass().getResource("/cairn/" + tests.replace('.', '/') + (isClass ? ".class" : ""))).as(tests).isNotNull();
        }
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
    void withoutPyTorchTheReportSaysWhy() throws IOException, InterruptedException {
        Torch.Search search = Torch.of(new CheckContext(options(folder), "steps"));
        assertThat(search.torch()).isEmpty();
        assertThat(search.problem()).isEqualTo("there is no no-such-python");
    }

    @Test
    void aProgramThatEndsBeforeItsTurnGivesItsError() throws IOException {
        CheckContext context = new CheckContext(options(folder), "steps");
        assertThatThrownBy(() -> new BenchmarkProcess(context, java(Dies.class)))
                .hasMessageEndingWith("Dies ended before its turn: error: no GPU");
    }

    /** Tests that pass. Maven does not run them, because their class is not named like a test. */
    static final class Sound {
        @Test
        void holds() {
            assertThat(1).isEqualTo(1);
        }
    }

    /** Tests of which one fails. */
    static final class Unsound {
        @Test
        void holds() {
            assertThat(1).isEqualTo(1);
        }

        @Test
        void doesNotHold() {
            // As if a GPU computed another result.
            assertThat(System.getProperty("java.version")).isEqualTo("");
        }
    }

    /** A program that dies. */
    static final class Dies {
        public static void main(String[] args) {
            System.out.println("half a result");
            System.err.println("error: no GPU");
            System.exit(3);
        }
    }

    /** A program that does not end. */
    static final class Hangs {
        public static void main(String[] args) throws InterruptedException {
            Thread.sleep(600_000);
        }
    }
}
