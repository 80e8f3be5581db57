package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Signals;
import cairn.cli.terminal.Terminal;
import cairn.recipe.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Field bug 41: a training that is asked to end saves first, whatever it is doing. The program runs in its own process. */
@DisabledOnOs(OS.WINDOWS)
class SignalTest {
    private static final long STEPS = 40_000;

    @TempDir
    private Path temporary;

    @Test
    void stoppedBySigtermAndResumedIsTheSameAsUnbroken() throws IOException, InterruptedException {
        Process child = start("train", "iris", "--steps", Long.toString(STEPS), "--save-every", "end");
        await(child, () -> said().contains("  best"));
        child.destroy();
        assertThat(exit(child)).as(said()).isEqualTo(143);
        assertThat(said()).contains("stopping after this step")
                .contains("stopped by SIGTERM; continue with: cairn resume iris --dir " + temporary)
                .doesNotContain("Exception");
        long stoppedAt = latest("iris");
        assertThat(stoppedAt).isBetween(1L, STEPS - 1);
        assertThat(said()).contains("the state is saved in " + temporary.resolve(String.format("iris/step-%012d.safetensors", stoppedAt)))
                .contains(" stopped the training for ");

        long until = stoppedAt + 9;
        String resumed = cairn("resume", "iris", "--steps", Long.toString(until)).digest();
        String unbroken = cairn("train", "iris", "--run", "unbroken", "--steps", Long.toString(until), "--save-every", "end").digest();
        assertThat(resumed).isEqualTo(unbroken);
    }

    @Test
    void sigintWhileTheNativeLibraryLoadsLeavesARunThatCanBeResumed() throws IOException, InterruptedException {
        Path loaded = temporary.resolve("loaded.txt");
        Process child = start(List.of("-Xlog:class+load:file=" + loaded), "train", "iris", "--json");
        // The library is loaded on a thread of its own, and signals are received a moment later.
        await(child, () -> read(loaded).contains("org.nd4j.linalg.factory.Nd4j ") && read(loaded).contains("cairn.checkpoint.RunFolder "));
        signal(child, "INT");
        assertThat(exit(child)).as(said()).isEqualTo(130);
        assertThat(said()).contains("stopped by SIGINT before the first step");
        boolean isRun = Files.exists(temporary.resolve("iris/recipe.yaml"));
        assertThat((isRun ? cairn("resume", "iris", "--steps", "3") : cairn("train", "iris", "--run", "iris", "--steps", "3")).digest())
                .isEqualTo(cairn("train", "iris", "--run", "other", "--steps", "3").digest());
    }

    /** The file that is read when the signal comes takes seconds, and a training is made after it. */
    @ParameterizedTest
    @CsvSource({"train RECIPE, TERM, 143", "resume rows --steps 4, INT, 130"})
    void aSignalWhileDataIsLoadedEndsTheProcessAtOnce(String words, String name, int exit) throws IOException, InterruptedException {
        Path rows = temporary.resolve("rows.csv");
        String few = "x,y,kind\n" + "0.5,0.25,a\n0.125,1,b\n".repeat(50);
        Files.writeString(rows, few);
        Path recipe = Files.writeString(temporary.resolve("rows.yaml"), "name: rows\ndata: {set: csv, file: " + rows
                + ", label: kind, batch-size: 10}\nmodel: [dense: {units: 2}]\n"
                + "loss: softmax-cross-entropy\noptimizer: {rule: sgd, learning-rate: 0.1}\n");
        boolean isResume = words.startsWith("resume");
        String before = isResume ? cairn("train", recipe.toString(), "--run", "rows", "--steps", "2").digest() : "";
        Files.writeString(rows, few + "0.123456789,0.987654321,a\n".repeat(1_200_000));
        Path loaded = temporary.resolve("loaded.txt");
        Process child = start(List.of("-Xlog:class+load:file=" + loaded), words.replace("RECIPE", recipe.toString()).split(" "));
        await(child, () -> read(loaded).contains("cairn.data.source.CsvText "));
        signal(child, name);
        assertThat(exit(child)).as(said()).isEqualTo(exit);
        assertThat(said()).contains("stopped by SIG" + name + " before the first step: nothing was trained")
                .doesNotContain("after this step");
        assertThat(read(loaded)).as("the data was not loaded to its end").doesNotContain("cairn.train.Trainer ");
        Files.writeString(rows, few);
        if (isResume) {
            assertThat(cairn("resume", "rows", "--steps", "2").digest()).isEqualTo(before);
        } else {
            assertThat(temporary.resolve("rows")).doesNotExist();
        }
    }

    /** An evaluation of 400,000 rows after every step takes minutes. The signal comes during one, and the step is not lost. */
    @Test
    void sigtermDuringAnEvaluationCancelsItAndTheResumeRepeatsIt() throws IOException, InterruptedException {
        String[] recipe = {"train", "spirals", "--run", "long", "--set", "data.rows=400100", "--set", "data.batch-size=100", "--set",
            "data.test=0", "--set", "data.validation=400000", "--set", "evaluate.every=1", "--save-every", "end", "--json"};
        Process child = start(recipe);
        await(child, () -> said().contains("\"step\":0"));
        child.destroy();
        long begin = System.nanoTime();
        assertThat(exit(child)).as(said()).isEqualTo(143);
        assertThat(said()).contains("\"go_on\":\"cairn resume long").contains("step-00000000000" + latest("long") + ".safetensors");
        assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
    }

    /** Everything is trained and saved, and 400,000 test rows are being evaluated. This is no part of the state, so it is cancelled. */
    @Test
    void sigtermDuringTheLastEvaluationCancelsItAndLosesNothing() throws IOException, InterruptedException {
        Process child = start("train", "spirals", "--run", "tested", "--set", "data.rows=400200", "--set", "data.batch-size=100", "--set",
                "data.test=400000", "--set", "data.validation=100", "--steps", "1", "--json");
        await(child, () -> said().contains("\"step\":1,\"file\""));
        child.destroy();
        assertThat(exit(child)).as(said()).isEqualTo(143);
        assertThat(said()).contains("\"reason\":\"stopped by SIGTERM\"").contains("\"go_on\":\"cairn resume tested")
                .doesNotContain("test_accuracy");
        assertThat(latest("tested")).isEqualTo(1);
    }

    @Test
    void onlyASecondCtrlCEndsTheProcessAtOnce() {
        Asked asked = new Asked();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host plain = Host.plain(new PrintStream(err), new PrintStream(err));
        Host host = new Host(plain.out(), plain.err(), Terminal.NONE, asked, Map.of(), plain.clocks());
        try (Signals signals = Signals.receive(host, new Screen(host, false))) {
            signals.trainingBegins();
            assertThat(signals.rule().met(new Position(1, 1), null)).isEmpty();
            assertThat(signals.exitCode()).isEmpty();
            asked.send(Signals.Signal.INT);
            // Maven receives the same Ctrl+C and sends its own signal.
            asked.send(Signals.Signal.TERM);
            assertThat(asked.ended).isZero();
            assertThat(signals.rule().met(new Position(1, 1), null)).contains("stopped by SIGINT");
            assertThat(signals.exitCode()).hasValue(130);
            asked.send(Signals.Signal.INT);
            assertThat(asked.ended).isEqualTo(1);
        }
        assertThat(asked.handler).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("stopping after this step; Ctrl+C again stops immediately");
    }

    /** Signals that a test sends. */
    private static final class Asked implements Signals.Source {
        private Optional<BiConsumer<Signals.Signal, Runnable>> handler = Optional.empty();
        private int ended;

        @Override
        public Runnable subscribe(BiConsumer<Signals.Signal, Runnable> subscriber) {
            handler = Optional.of(subscriber);
            return () -> handler = Optional.empty();
        }

        void send(Signals.Signal signal) {
            handler.orElseThrow().accept(signal, () -> ended++);
        }
    }

    private Process start(String... args) throws IOException {
        return start(List.of(), args);
    }

    private Process start(List<String> options, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Dcairn.backend=" + System.getProperty("cairn.backend", "")));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of("--dir", temporary.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(temporary.resolve("said.txt").toFile()).start();
    }

    private static void signal(Process child, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start().waitFor()).isZero();
    }

    private void await(Process child, BooleanSupplier sign) throws InterruptedException {
        for (int i = 0; i < 3000 && !sign.getAsBoolean(); i++) {
            assertThat(child.isAlive()).as(said()).isTrue();
            Thread.sleep(10);
        }
        assertThat(sign.getAsBoolean()).as(said()).isTrue();
    }

    private int exit(Process child) throws InterruptedException {
        try {
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
            return child.exitValue();
        } finally {
            child.destroyForcibly();
        }
    }

    private String said() {
        return read(temporary.resolve("said.txt"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private long latest(String run) {
        return cairn("checkpoints", run).last().get("step").longValue();
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
    }
}
