package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of other programs on the command line: export, show, import, and a training that begins with them. */
class OtherProgramsTest {
    private static final String FILES = "src/test/resources/interop/";
    private static final String PRETRAINED = "datasets/pretrained/mnist-cnn.pt";
    /** Unequal sizes, a norm behind a flattened image, a residual block with a projection. */
    private static final String MODEL = "model=[{conv2d: {filters: 3, kernel: 3}}, batch-norm, relu, {residual: {body: [{conv2d: {filters: 4,"
            + " kernel: 3}}, batch-norm], projection: [{conv2d: {filters: 4, kernel: 1}}]}}, max-pool2d, flatten, batch-norm, {dense: {units: 6}},"
            + " tanh, layer-norm, {dense: {units: 10}}]";

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void train() {
        Cairn.Result trained = cairn("train", "digits", "--set", MODEL, "--set", "average=null", "--steps", "7", "--run", "source");
        assertThat(trained.exit()).as(trained.err()).isZero();
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private static Cairn.Result done(String... args) {
        Cairn.Result result = args[0].equals("import") ? Cairn.run(args) : cairn(args);
        assertThat(result.exit()).as(result.err() + result.out()).isZero();
        return result;
    }

    private static void assertSameModel(String run) {
        List<JsonNode> lines = done("diff", "source@7", run + "@0", "--json").lines().stream()
                .filter(l -> l.path("path").asText().startsWith("model/")).toList();
        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(l -> assertThat(l.get("equal").booleanValue()).as(l.toString()).isTrue());
    }

    /** Whatever the format: what is written and read again are the same bits, and a table says where each tensor is from. */
    @ParameterizedTest
    @ValueSource(strings = {"pt", "safetensors", "npz", "keras", "weights.h5", "onnx", "safetensors --format pytorch-safetensors",
        "pt --optimizer", "keras --optimizer", "weights.h5 --optimizer"})
    void whatIsExportedStartsATrainingWithTheSameBits(String form) {
        String[] words = form.split(" ");
        String name = "f" + Math.abs(form.hashCode());
        String file = temporary.resolve(name + "." + words[0]).toString();
        done(Stream.concat(Stream.of("export", "source@7", file), Stream.of(words).skip(1)).toArray(String[]::new));
        Cairn.Result started = done("train", "digits", "--set", MODEL, "--set", "average=null", "--steps", "1", "--run", name, "--weights", file);
        assertThat(started.out()).contains("copied");
        assertSameModel(name);
        Cairn.Result again = cairn("export", "source@7", file);
        assertThat(again.exit()).as("a file that exists is never replaced").isEqualTo(ExitCode.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keras", "onnx"})
    void aWholeModelBecomesARecipeWithItsWeights(String form) throws IOException {
        String file = temporary.resolve("whole." + form).toString();
        done("export", "source@7", file);
        Path recipe = temporary.resolve("whole-" + form + ".yaml");
        Cairn.Result made = done("import", file, recipe.toString(), "--like", "digits");
        assertThat(made.out()).contains("rows of shape [8, 8, 1]", "residual");
        Cairn.Result started = done("train", recipe.toString(), "--steps", "1", "--set", "average=null");
        assertThat(started.out()).contains("copied");
        assertSameModel("whole-" + form);
        assertThat(Cairn.run("import", file, recipe.toString()).exit()).isEqualTo(ExitCode.REFUSED);

        Path bare = temporary.resolve("bare-" + form + ".yaml");
        assertThat(done("import", file, bare.toString()).err()).contains("no data yet");
        assertThat(Files.readString(bare)).contains("# data:", "weights:");
        assertThat(cairn("train", bare.toString()).err()).contains("data");
    }

    /** The softmax of a Keras classifier is the loss's business here. */
    @Test
    void aSoftmaxAtTheEndIsLeftToTheLoss() throws IOException {
        String file = temporary.resolve("softmax.onnx").toString();
        done("export", "source@7", file, "--probabilities");
        Path recipe = temporary.resolve("softmax.yaml");
        assertThat(done("import", file, recipe.toString()).err()).contains("softmax at the end is left to the loss");
        assertThat(Files.readString(recipe)).contains("softmax-cross-entropy").doesNotContain("- softmax\n");
    }

    @Test
    void aFileWithoutAModelIsListedWithTheLayersThatFit() {
        Path recipe = temporary.resolve("none.yaml");
        Cairn.Result listed = Cairn.run("import", PRETRAINED, recipe.toString());
        assertThat(listed.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(listed.out()).contains("conv1", "conv2d: {filters: 16, kernel: 3}", "dense: {units: 10}");
        assertThat(listed.err()).contains("describes no model");
        assertThat(recipe).doesNotExist();
    }

    private static Cairn.Result onDigits(String run, String... more) {
        return cairn(Stream.concat(Stream.of("train", "digits", "--set", "average=null", "--set", "model=[{conv2d: {filters: 16, kernel: 3}}, relu,"
                + " max-pool2d, {conv2d: {filters: 32, kernel: 3}}, relu, max-pool2d, flatten, {dense: {units: 10}}]", "--steps", "2", "--run", run,
                "--weights", PRETRAINED), Stream.of(more)).toArray(String[]::new));
    }

    /** 28 x 28 pixels there and 8 x 8 here: the dense layer is another one, and that is an error unless it may be. */
    @Test
    void aLayerThatDoesNotFitIsAnErrorUnlessLayersMayBeMissing() {
        Cairn.Result refused = onDigits("refused");
        assertThat(refused.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("7.dense/weight", "here [128, 10], fc.weight is float32[10,1568]", "conv1 fits 0.conv2d");
        assertThat(temporary.resolve("refused")).doesNotExist();
        Cairn.Result partial = onDigits("partial", "--partial", "--freeze", "0.conv2d", "--freeze", "3.conv2d", "--json");
        assertThat(partial.exit()).as(partial.err()).isZero();
        JsonNode weights = partial.events("weights").get(0);
        assertThat(weights.get("copied")).hasSize(4);
        assertThat(weights.get("initialized")).hasSize(2);
        assertThat(weights.get("unused")).extracting(n -> n.get("path").asText()).containsExactly("fc.weight", "fc.bias");
        // The choice is in the recipe of the run; a resume does not read the file again, a replay from step 0 gives the same bits.
        done("resume", "partial", "--steps", "4");
        assertThat(done("verify", "partial", "--replay").out()).contains("4");
        Cairn.Result chosen = onDigits("chosen", "--select", "0.conv2d");
        assertThat(chosen.exit()).as(chosen.err()).isZero();
        Cairn.Result wrong = onDigits("wrong", "--partial", "--map", "conv3=0.conv2d");
        assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("conv3", "did you mean 'conv");
    }

    @Test
    void theOptimizerOfAFileIsTakenOnlyByItsOwnRule() {
        String file = temporary.resolve("adam.pt").toString();
        done("export", "source@7", file, "--optimizer");
        Cairn.Result other = cairn("train", "digits", "--set", MODEL, "--set", "average=null", "--steps", "1", "--run", "other", "--weights", file,
                "--with-optimizer", "--set", "optimizer={rule: momentum, learning-rate: 0.1}");
        assertThat(other.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(other.err()).contains("optimizer.rule", "expected adam", "found momentum");
        done("train", "digits", "--set", MODEL, "--set", "average=null", "--steps", "1", "--run", "same", "--weights", file, "--with-optimizer");
        List<JsonNode> lines = done("diff", "source@7", "same@0", "--json").lines().stream()
                .filter(l -> l.path("path").asText().startsWith("optimizer/")).toList();
        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(l -> assertThat(l.get("equal").booleanValue()).as(l.toString()).isTrue());
        Cairn.Result none = cairn("train", "digits", "--set", MODEL, "--set", "average=null", "--run", "none", "--weights", file + "x",
                "--with-optimizer");
        assertThat(none.exit()).isEqualTo(ExitCode.USAGE);
        Cairn.Result run = cairn("train", "digits", "--set", MODEL, "--run", "run", "--weights", "source@7", "--with-optimizer");
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("branch");
    }

    /** Frozen layers have no part in the optimizer, there too; the rest goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"pt", "keras"})
    void theOptimizerOfATrainingWithFrozenLayersGoesOn(String form) {
        String[] frozen = {"--set", MODEL, "--set", "average=null", "--freeze", "0.conv2d", "--freeze", "3.residual",
            "--freeze", "7.dense"};
        String run = "frozen-" + form;
        String file = temporary.resolve(run + "." + form).toString();
        done(Stream.concat(Stream.of("train", "digits", "--steps", "4", "--run", run), Stream.of(frozen)).toArray(String[]::new));
        done("export", run, file, "--optimizer");
        done(Stream.concat(Stream.of("train", "digits", "--steps", "1", "--run", run + "-on", "--weights", file, "--with-optimizer"),
                Stream.of(frozen)).toArray(String[]::new));
        List<JsonNode> lines = done("diff", run + "@4", run + "-on@0", "--json").lines().stream()
                .filter(l -> l.path("path").asText().startsWith("optimizer/")).toList();
        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(l -> assertThat(l.get("equal").booleanValue()).as(l.toString()).isTrue())
                .noneMatch(l -> l.path("path").asText().contains("0.conv2d"));
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(FILES))) {
            return all.filter(Files::isRegularFile).filter(p -> !p.toString().matches(".*\\.(py|json|md|txt)")).sorted().toList().stream();
        }
    }

    /** Every file in the tests, of every program: shown, or refused with its name and without a fault of this program. */
    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsShownOrRefusedWithItsName(Path file) {
        Cairn.Result shown = Cairn.run("show", file.toString());
        if (shown.exit() == ExitCode.OK) {
            assertThat(shown.out()).contains("format", "tensors", "sha-256");
        } else {
            assertThat(shown.exit()).isEqualTo(ExitCode.FAILED);
            assertThat(shown.err()).contains("cannot read").doesNotContain("should not happen");
        }
    }

    @Test
    void aCheckpointOfThisProgramIsShownWithItsOwnKeys() {
        String file = temporary.resolve("source").resolve("step-000000000007.safetensors").toString();
        assertThat(Cairn.run("show", file).out()).contains("written by  Cairn", "cairn.step", "model/0.conv2d/weight", "optimizer/m/");
    }

    @Test
    void whatIsAskedOfAFormatThatCannotSayItIsRefused() {
        for (List<String> words : List.of(List.of("x.onnx", "--optimizer"), List.of("x.pt", "--normalize"), List.of("x.keras", "--probabilities"),
                List.of("x.h5"), List.of("x.pt", "--format", "torch"))) {
            Cairn.Result refused = cairn(Stream.concat(Stream.of("export", "source@7", temporary.resolve(words.get(0)).toString()),
                    words.stream().skip(1)).toArray(String[]::new));
            assertThat(refused.exit()).as(words.toString()).isEqualTo(ExitCode.USAGE);
            assertThat(temporary.resolve(words.get(0))).doesNotExist();
        }
        assertThat(cairn("train", "digits", "--partial").err()).contains("need --weights");
    }
}
