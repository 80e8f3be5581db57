package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code branch} and {@code log}. */
class BranchTest {
    @TempDir
    private static Path temporary;

    private static final Terminal TERMINAL = new Terminal() {
        @Override
        public boolean showsErr() {
            return false;
        }

        @Override
        public int width() {
            return USUAL_WIDTH;
        }

        @Override
        public boolean canDraw(char c) {
            return true;
        }
    };

    private static String unbroken;

    @BeforeAll
    static void train() {
        unbroken = cairn("train", "iris", "--epochs", "20", "--save-every", "5ep", "--keep", "all",
                "--json").last().get("digest").textValue();
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    @Test
    void aBranchWithoutAChangeContinuesLikeItsParentBitForBit() {
        Cairn.Result branched = cairn("branch", "iris@60", "same", "--json");
        assertThat(branched.exit()).as(branched.err()).isZero();
        JsonNode event = branched.last();
        assertThat(event.get("digest")).isEqualTo(event.get("parent_digest"));
        assertThat(event.get("changes")).isEmpty();
        assertThat(event.get("initialized")).isEmpty();
        JsonNode end = cairn("resume", "same", "--epochs", "20", "--json").last();
        assertThat(end.get("digest").textValue()).isEqualTo(unbroken);
    }

    @Test
    void changesArePrintedAndRecordedAndTheParentDoesNotChange() throws IOException {
        String before = cairn("checkpoints", "iris", "--json").out();
        Cairn.Result told = cairn("branch", "iris@60", "slower", "--set", "optimizer.learning-rate=0.001", "--set", "data.batch-size=32");
        assertThat(told.exit()).as(told.err()).isZero();
        assertThat(told.out()).contains("from iris at step 60 (epoch 20 here, of 3 steps; it was epoch 10 there, of 6)")
                .contains("changed  optimizer.learning-rate  0.01 -> 0.001").contains("copied  optimizer/m/ (4)")
                .contains("continue with: cairn resume slower --dir ");
        assertThat(cairn("checkpoints", "iris", "--json").out()).isEqualTo(before);
        assertThat(Files.readString(temporary.resolve("slower/run.json"))).contains("\"path\" : \"../iris\"").contains("\"step\" : 60");
        Cairn.Result on = cairn("resume", "slower", "--epochs", "25", "--json", "--keep", "last:1");
        assertThat(on.last().get("step").longValue()).isEqualTo(75);
        assertThat(cairn("checkpoints", "slower", "--json").lines()).as("where it begins is kept")
                .extracting(c -> c.get("step").longValue()).contains(60L);
    }

    @Test
    void anotherHeadIsInitializedAndNamed() {
        Cairn.Result told = cairn("branch", "iris@60", "head", "--without", "2.dense", "--set", "optimizer.rule=momentum");
        assertThat(told.exit()).as(told.err()).isZero();
        assertThat(told.out()).contains("initialized  model/2.dense/weight").contains("not selected")
                .contains("the rule differs").contains("it was measured with another model");
        assertThat(cairn("resume", "head", "--epochs", "11").exit()).isZero();
    }

    @Test
    void logDrawsTheTreeOfRuns() throws IOException {
        Path place = temporary.resolve("tree");
        for (List<String> args : List.of(List.of("train", "iris", "--steps", "6"), List.of("branch", "iris@6", "b", "--set", "seed=7"),
                List.of("branch", "iris@0", "a", "--select", "model"), List.of("branch", "a@0", "c"))) {
            assertThat(Cairn.run(Stream.concat(args.stream(),
                    Stream.of("--dir", place.toString())).toArray(String[]::new)).exit()).isZero();
        }
        Cairn.Result plain = Cairn.run("log", "--dir", place.toString());
        assertThat(plain.exit()).isZero();
        assertThat(plain.out().lines().map(l -> l.replaceAll(" +", " "))).anyMatch(l -> l.startsWith("|-- a @0 "))
                .anyMatch(l -> l.startsWith("| `-- c @0 ")).anyMatch(l -> l.startsWith("`-- b @6 "));
        assertThat(plain.out()).contains("seed 42 -> 7").contains("state: only model").contains("nothing");
        assertThat(Cairn.run(TERMINAL, Map.of(), "log", "--dir", place.toString()).out()).contains("\u2502   \u2514\u2500\u2500 c");
        List<JsonNode> runs = Cairn.run("log", "--dir", place.toString(), "--json").events("run");
        assertThat(runs).extracting(r -> r.get("run").textValue()).containsExactly("iris", "a", "c", "b");
        assertThat(runs.get(3).get("parent").get("digest")).isEqualTo(runs.get(0).get("digest"));

        Files.move(place.resolve("iris"), place.resolve("elsewhere"));
        assertThat(Cairn.run("log", "--dir", place.toString()).out()).contains("iris (not here) @6");
        Files.writeString(place.resolve("b/run.json"), "{\"parent\": {\"run\": 3}}");
        Cairn.Result damaged = Cairn.run("log", "--dir", place.toString());
        assertThat(damaged.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(damaged.err()).contains("run b is not shown").contains("run.json");
        assertThat(damaged.out()).contains("elsewhere");
    }

    @Test
    void mistakesAreRefusedAndLeaveNothing() {
        assertThat(cairn("branch", "iris@60", "iris").exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(cairn("branch", "iris@9999", "x").err()).contains("step 9999", "trained to step");
        assertThat(cairn("branch", "iris@60", "x", "--set", "optimizer.learnin-rate=1").err()).contains("did you mean 'learning-rate'?");
        assertThat(cairn("branch", "iris@60", "x", "--rename", "2.dense").err()).contains("expected OLD=NEW");
        assertThat(cairn("branch", "iris@60", "x", "--select", "2.dens").err()).contains("did you mean '2.dense'?");
        Cairn.Result nothing = cairn("branch", "iris@60", "x", "--recipe", "wine");
        assertThat(nothing.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(nothing.err()).contains("nothing of the model").contains("model/0.dense/weight");
        assertThat(temporary.resolve("x")).doesNotExist();
    }
}
