package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.tensor.op.Elementwise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command, on a run whose recipe names a part that this program does not know. */
class UnknownPartsTest {
    private static final Clocks CLOCKS = Host.plain(System.out, System.err).clocks();

    /** Commands that look at what is stored. */
    private static final List<String> LOOKING = List.of("checkpoints own", "log", "show own@4", "show own@best", "show own --verify", "show own@4 0.dense/weight",
            "diff own@2 own@4", "diff own@best own@latest", "verify own", "verify own@4", "prune own --dry-run", "prune own --keep last:2",
            "pin own@4", "unpin own@4", "export own@4 OUT.safetensors", "export own@best OUT.npz", "gc", "gc own", "goto own 4",
            "rollback own --to 4", "plot own --out OUT.svg", "data", "lab", "recipes", "explain own", "explain own --quick");

    /** Commands that compute with the model. FILE is its recipe. */
    private static final List<String> COMPUTING = List.of("train FILE", "play FILE", "page own -o OUT.html", "resume own --steps 9", "branch own@4 other",
            "branch own@4 other --set seed=2", "compare own@2 own@4", "compare own --all", "evaluate own", "predict own INPUT.csv", "bisect own --when loss>0", "goto own 3",
            "watch own --at 3", "rows own", "rows own@3 --history", "boundary own -o OUT.png", "boundary own@3 --json", "show own@3 0.dense/weight", "show own@3", "diff own@3 own@4", "pin own@3", "export own@3 OUT.npz", "export own@4 OUT.pt", "export own@4 OUT.onnx",
            "import IN.onnx OUT.yaml --like FILE", "rollback own --to 3", "verify own --replay",
            "recipes FILE", "doctor FILE", "doctor --audit FILE");

    /** Commands that have to do with no recipe, and one that serves until it is ended: PageProcessTest has it show such a run. */
    private static final Set<String> OTHERS = Set.of("help", "open");

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    /** y = x², registered nowhere. */
    record Unheard(double c) implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.square(t.x(), t.y()), Elementwise.scale(t.y(), c, t.y()));
            t.backwardToInput(() -> Elementwise.multiply(t.x(), t.dy(), t.dx()), () -> Elementwise.scale(t.dx(), 2 * c, t.dx()));
        }
    }

    private static final Recipe RECIPE = Recipe.named("own").data(new BuiltInData.Moons(60, 0.1, 1)).batchSize(16)
            .model(Dense.of(4), new Unheard(0.5), Dense.of(2)).evaluate(TrainingTime.steps(2), "loss").build();

    private static Workspace workspace() {
        return Workspace.of(DataFolders.of(), CLOCKS);
    }

    @BeforeAll
    static void makeTheRun() throws IOException {
        try (Run run = Run.create(made.resolve("own"), RECIPE, workspace())) {
            run.train(TrainOptions.until(6).save("2").keep("all"));
        }
    }

    @BeforeEach
    void copyTheRun() throws IOException {
        Cairn.copy(made, folder, "own");
    }

    private Cairn.Result run(String command) {
        String[] words = command.replace("FILE", folder.resolve("own/recipe.yaml").toString())
                .replace("OUT", folder.resolve("out").toString()).replace("INPUT", folder.resolve("input").toString()).split(" ");
        return Cairn.takes(words[0], "--dir") ? Cairn.on(folder, words) : Cairn.run(words);
    }

    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).filter(f -> !f.endsWith("lock")).toList()) {
                content.put(folder.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    @Test
    void everyCommandIsTried() {
        Set<String> tried = new HashSet<>(OTHERS);
        Stream.concat(LOOKING.stream(), COMPUTING.stream()).forEach(command -> tried.add(command.split(" ")[0]));
        assertThat(tried).containsAll(Main.commandLine(Host.plain(System.out, System.err)).getSubcommands().keySet());
    }

    static List<String> looking() {
        return LOOKING;
    }

    @ParameterizedTest
    @MethodSource("looking")
    void aCommandThatLooksNeedsNoPart(String command) {
        Cairn.Result result = run(command);
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.err()).doesNotContain("unheard");
    }

    static List<String> computing() {
        return COMPUTING;
    }

    @ParameterizedTest
    @MethodSource("computing")
    void aCommandThatComputesSaysWhichPartIsMissingAndLosesNothing(String command) throws IOException {
        Files.writeString(folder.resolve("input.csv"), "0.1,0.2\n");
        Map<String, String> before = content();
        Cairn.Result result = run(command);
        assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("model.1", "unknown layer 'unheard'", "cairn.recipe.ComponentProvider", "CAIRN_CLASSPATH");
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void whatIsShownIsRight() {
        assertThat(run("checkpoints own").out()).contains("best", "latest").containsPattern("(?m)^ *6 ");
        assertThat(run("log --json").events("run")).singleElement().satisfies(e -> {
            assertThat(e.get("step").longValue()).isEqualTo(6);
            assertThat(e.has("best_step")).isTrue();
        });
        assertThat(run("verify own").out()).contains("4 checkpoints, sound");
        assertThat(run("goto own 4 --json").last().get("step").longValue()).isEqualTo(4);
    }

    /** Another recipe beside the checkpoints is found without the parts. */
    @ParameterizedTest
    @ValueSource(strings = {"c: 0.5", "learning-rate: 0.001", "seed: 0"})
    void anEditedRecipeIsFoundByVerify(String line) throws IOException {
        Path recipe = folder.resolve("own/recipe.yaml");
        String text = Files.readString(recipe);
        assertThat(text).contains(line);
        Files.writeString(recipe, text.replace(line, line.split(":")[0] + ": 7"));
        Cairn.Result result = run("verify own");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).contains("it belongs to another recipe");
    }

    /** In a program that has the part, the run goes on, and is branched and replayed with its recipe. */
    @Test
    void aProgramThatHasThePartsResumesBranchesAndReplays() throws IOException {
        Path own = folder.resolve("own");
        Branch branch = Branch.from(own, RECIPE, 4).with("optimizer.learning-rate=0.01");
        assertThat(branch.changes()).extracting(c -> c.path()).containsExactly("optimizer.learning-rate");
        try (Run other = branch.into(folder.resolve("other"), workspace())) {
            other.train(TrainOptions.until(6));
            assertThat(other.trainer().position().step()).isEqualTo(6);
        }
        try (RunReplay replay = RunReplay.writing(own, RECIPE, workspace())) {
            replay.goTo(3, new ReplayListener() { });
            assertThat(replay.keep().step()).isEqualTo(3);
        }
        try (RunReplay replay = RunReplay.reading(own, RECIPE, workspace())) {
            assertThat(replay.prove(0, 6, new ReplayListener() { }).isIdentical()).isTrue();
        }
        try (Run resumed = Run.resume(own, workspace(), ResumeOptions.standard().with(RECIPE))) {
            assertThat(resumed.trainer().position().step()).isEqualTo(6);
        }
        assertThat(run("log").out()).contains("optimizer.learning-rate 0.001 -> 0.01");
    }
}
