package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that only read: checkpoints, show, diff, recipes, data list. */
class LookTest {
    @TempDir
    private static Path temporary;

    private static Cairn.Result trained;

    @BeforeAll
    static void train() {
        trained = cairn("train", "iris", "--epochs", "4", "--save-every", "2ep", "--keep", "all", "--json");
        cairn("train", "iris", "--run", "bare", "--steps", "3");
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    @Test
    void checkpointsAreListedWithTheBestAndTheLatest() {
        Cairn.Result list = cairn("checkpoints", "iris", "--json");
        assertThat(list.lines()).extracting(l -> l.get("step").longValue()).containsExactly(0L, 12L, 24L);
        assertThat(list.lines()).extracting(l -> l.get("digest"))
                .isEqualTo(trained.events("checkpoint").stream().map(l -> l.get("digest")).toList());
        assertThat(list.last().get("latest").booleanValue()).isTrue();
        assertThat(list.lines()).filteredOn(l -> l.has("best")).hasSize(1);
        assertThat(cairn("checkpoints", "iris").out().lines()).hasSize(4).anyMatch(l -> l.matches(" *24 .* kB .*latest"));
    }

    @Test
    void showPrintsStepDigestsAndTensors() {
        JsonNode state = cairn("show", "iris@24", "--json").last();
        assertThat(state.get("step").longValue()).isEqualTo(24);
        assertThat(state.get("digest")).isEqualTo(trained.last().get("digest"));
        assertThat(state.get("recipe_digest").textValue())
                .isEqualTo(Cairn.run("recipes", "iris", "--json").last().get("recipe_digest").textValue());
        List<String> tensors = new ArrayList<>();
        state.get("tensors").forEach(t -> tensors.add(t.get("path").textValue() + " " + t.get("dtype").textValue() + t.get("shape")));
        assertThat(tensors).contains("model/0.dense/weight f32[4,16]", "optimizer/v/2.dense/bias f32[3]").hasSize(12);
        assertThat(state.get("values").get("train/step").longValue()).isEqualTo(24);
        assertThat(cairn("show", "iris@24", "--verify").out()).contains("model/0.dense/weight").contains("sound: every checksum");
    }

    @Test
    void latestIsTheDefaultAndBestIsByTheMonitoredMetric() {
        assertThat(cairn("show", "iris", "--json").last()).isEqualTo(cairn("show", "iris@latest", "--json").last());
        JsonNode best = cairn("checkpoints", "iris", "--json").lines().stream().filter(l -> l.has("best")).findFirst().orElseThrow();
        assertThat(cairn("show", "iris@best", "--json").last().get("step")).isEqualTo(best.get("step"));
        Cairn.Result none = cairn("show", "bare@best");
        assertThat(none.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(none.err()).contains("none is the best").contains("--save-every best");
    }

    @Test
    void aStepThatIsNotStoredGetsItsNeighbours() {
        Cairn.Result between = cairn("unpin", "iris@13"); // needs the file of this step
        assertThat(between.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(between.err()).contains("no checkpoint of step 13").contains("iris@12, iris@24").contains("cairn checkpoints iris");
        assertThat(cairn("evaluate", "iris@99999999").err()).contains("step 99999999", "trained to step 24");
        assertThat(cairn("show", "iris@lates").err()).contains("did you mean 'latest'?");
        assertThat(cairn("show", "iriss@1").err()).contains("there is no run 'iriss'").contains("did you mean 'iris'?");
    }

    @Test
    void aRunMayBeNamedByItsPath() {
        String path = temporary.resolve("iris").toString();
        assertThat(Cairn.run("checkpoints", path, "--json").out()).isEqualTo(cairn("checkpoints", "iris", "--json").out());
        assertThat(Cairn.run("show", path + "@0", "--json").last().get("run").textValue()).isEqualTo("iris");
        assertThat(Cairn.run("checkpoints", temporary.toString()).err()).contains("no run at").contains("has no recipe.yaml");
    }

    @Test
    void diffSaysWhatIsEqualAndHowFarTheRestMoved() {
        Cairn.Result same = cairn("diff", "iris@12", "iris@12", "--json");
        assertThat(same.last().get("equal").booleanValue()).isTrue();
        assertThat(same.events("difference")).allMatch(d -> d.get("equal").booleanValue());
        assertThat(cairn("diff", "iris@12", "iris@12").out()).contains("equal, bit for bit");

        Cairn.Result moved = cairn("diff", "iris@12", "iris@24", "--json");
        assertThat(moved.exit()).isZero();
        assertThat(moved.last().get("equal").booleanValue()).isFalse();
        JsonNode weight = moved.events("difference").stream().filter(d -> d.get("path").textValue().equals("model/0.dense/weight"))
                .findFirst().orElseThrow();
        assertThat(weight.get("elements").longValue()).isEqualTo(64);
        assertThat(weight.get("largest").doubleValue()).isPositive().isLessThan(weight.get("norm").doubleValue());
        assertThat(weight.get("norm_before").doubleValue()).isPositive().isNotEqualTo(weight.get("norm_after").doubleValue());
        assertThat(weight.get("relative").doubleValue() * weight.get("norm_before").doubleValue())
                .isCloseTo(weight.get("norm").doubleValue(), within(1e-12));
        assertThat(cairn("diff", "iris@12", "iris@24").out()).contains("train/step").contains("integer 12").contains("integer 24");
    }

    @Test
    void recipesAreListedAndPrinted() {
        Cairn.Result list = Cairn.run("recipes", "--json");
        assertThat(list.lines()).extracting(l -> l.get("name").textValue()).contains("iris", "mnist-cnn", "spirals");
        assertThat(Cairn.run("recipes", "iris").out()).startsWith("# 150 flowers").contains("learning-rate: 0.01");
        assertThat(Cairn.run("recipes", "iris", "--full").out()).contains("beta2: 0.999");
    }

    @Test
    void dataSetsAreListedWithTheirPlaces() {
        Cairn.Result list = Cairn.run("data", "--json");
        assertThat(list.out()).isEqualTo(Cairn.run("data", "list", "--json").out());
        JsonNode iris = list.lines().get(0);
        assertThat(iris.get("name").textValue()).isEqualTo("iris");
        assertThat(Path.of(iris.get("place").textValue())).isEqualTo(Path.of("datasets/iris").toAbsolutePath());
        assertThat(Cairn.run("data").out()).contains("generated").contains("cairn data fetch cifar-10");
    }

    @Test
    void fetchingWithoutNetworkFailsAndSaysWhatToDo() {
        Cairn.Result result = Cairn.run("data", "fetch", "mnist", "--to", temporary.resolve("sets").toString(),
                "--from", "http://127.0.0.1:1/");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("cannot fetch mnist").contains("127.0.0.1:1").contains("by hand").doesNotContain("\tat ");
    }

    @Test
    void readingDoesNotNeedTheNativeLibrary() throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*(nd4j|javacpp|openblas|libnd4j).*")).collect(Collectors.joining(File.pathSeparator));
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", classPath, WithoutNd4j.class.getName(), temporary.toString()).redirectErrorStream(true).start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("without ND4J: 1").contains("rest: 0 0 0 0 0 0 0");
    }

    /** Runs commands without ND4J. The first one needs it, which shows that it is really missing. */
    static final class WithoutNd4j {
        private WithoutNd4j() {
        }

        public static void main(String[] args) {
            System.out.println("without ND4J: " + run("evaluate", "iris", "--dir", args[0]));
            System.out.println("rest: " + run("checkpoints", "iris", "--dir", args[0]) + " " + run("show", "iris@best", "--dir", args[0])
                    + " "
                    + run("diff", "iris@0", "iris@24", "--dir", args[0]) + " " + run("recipes") + " "
                    + run("recipes", "mnist-cnn", "--full")
                    + " " + run("data") + " " + run("train", "--help"));
        }

        private static int run(String... args) {
            PrintStream out = new PrintStream(new ByteArrayOutputStream());
            return Main.run(Host.plain(out, System.err), args);
        }
    }
}
