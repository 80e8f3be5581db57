package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.data.Batches;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Rows;
import cairn.data.Splits;
import cairn.data.Table;
import cairn.data.source.BuiltInData;
import cairn.disk.RealDisk;
import cairn.interop.FileFormat;
import cairn.interop.TensorFiles;
import cairn.interop.WeightMatch;
import cairn.interop.WeightsExport;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TorchModules;
import cairn.random.Key;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import cairn.transfer.FileExport;
import cairn.transfer.InitialWeightsReader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * k steps in PyTorch, then n steps in Cairn equal k + n steps in PyTorch on the same batches, for every rule that both have; and the other way
 * round. The files were made by src/test/resources/interop/make_torch.py.
 */
@Tag("device")
class TorchContinuationTest {
    private static final Path FOLDER = Path.of("src/test/resources/interop/torch");
    private static final long SEED = 3;

    @TempDir
    Path folder;

    static Stream<Path> laws() throws IOException {
        try (Stream<Path> recent = Files.list(FOLDER.resolve("law")); Stream<Path> old = Files.list(FOLDER.resolve("law-1.13"))) {
            return Stream.concat(recent, old).filter(p -> p.toString().endsWith(".json")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("laws")
    void pyTorchsTrainingGoesOnHere(Path law) throws IOException {
        JsonNode facts = new ObjectMapper().readTree(law.toFile());
        int k = facts.get("k").asInt();
        int n = facts.get("n").asInt();
        Path file = Path.of(law.toString().replace(".json", ".pt"));
        Recipe recipe = InitialWeightsReader.resolved(recipe(facts).toBuilder().weights(InitialWeights.of(file).withOptimizer()).build());
        try (Trainer trainer = Trainer.fresh(recipe, data(facts, k, n))) {
            trainer.trainTo(n);
            assertNear(facts, exported(facts, recipe, trainer, k + n).tensors(), facts.get("after"));
        }
    }

    /**
     * The other way round: after k steps here the weights, the vectors and the counts that are written are those that PyTorch has after k
     * steps, so what PyTorch makes of them is the same.
     */
    @ParameterizedTest
    @MethodSource("laws")
    void aTrainingOfHereIsWrittenAsPyTorchWouldHaveIt(Path law) throws IOException {
        JsonNode facts = new ObjectMapper().readTree(law.toFile());
        int k = facts.get("k").asInt();
        Path begin = begin(facts);
        Recipe recipe = InitialWeightsReader.resolved(recipe(facts).toBuilder().weights(InitialWeights.of(begin)).build());
        TensorFile there = TensorFiles.read(Path.of(law.toString().replace(".json", ".pt")), new RealDisk()).file();
        try (Trainer trainer = Trainer.fresh(recipe, data(facts, 0, k))) {
            trainer.trainTo(k);
            TensorFile here = exported(facts, recipe, trainer, k);
            assertThat(here.tensors().keySet()).containsExactlyElementsOf(there.tensors().keySet());
            here.tensors().forEach((name, tensor) -> assertNear(facts, name, numbers(tensor), numbers(there.tensors().get(name))));
            assertThat(here.moments().isPresent()).isEqualTo(there.moments().isPresent());
            there.moments().ifPresent(moments -> moments.byTensor().forEach((name, vectors) -> {
                // PyTorch 1.13 does not say whether it is Adam or AdamW.
                assertThat(moments.rules()).containsAll(here.moments().orElseThrow().rules());
                if (vectors.vectors().isEmpty()) {
                    return;
                }
                FileMoments.Vectors own = here.moments().orElseThrow().byTensor().get(name);
                assertThat(own.vectors().keySet()).isEqualTo(vectors.vectors().keySet());
                if (recipe.optimizer().usesAge()) {
                    assertThat(own.updates()).isEqualTo(vectors.updates()).isEqualTo(k);
                }
                vectors.vectors().forEach((slot, v) -> assertNear(facts, name + " " + slot, numbers(own.vectors().get(slot)), numbers(v)));
            }));
        }
    }

    /** The weights before the first step, as a file of PyTorch's names. */
    private Path begin(JsonNode facts) throws IOException {
        Path file = folder.resolve("begin.pt");
        try (Trainer trainer = Trainer.fresh(recipe(facts), data(facts, 0, 1))) {
            Map<String, Value> begin = new LinkedHashMap<>();
            Map<String, FileTensor> tensors = new LinkedHashMap<>();
            facts.get("initial").fields().forEachRemaining(e -> tensors.put(e.getKey(), tensor(e.getValue())));
            var modules = TorchModules.of(tensors);
            TensorFile initial = new TensorFile("", "", tensors, Map.of(), modules.modules(), Optional.empty(), Optional.empty(), List.of());
            WeightMatch.of(initial, "initial", ModelPart.of(recipe(facts).network(), row(facts)),
                    recipe(facts).dtype().type(), WeightMatch.Choice.ALL).tensors()
                    .forEach((path, t) -> begin.put("model/" + path, t));
            trainer.restore(trainer.snapshot().overlay(State.of(begin)));
            write(facts, recipe(facts), trainer, 0, false, file);
        }
        return file;
    }

    private static FileTensor tensor(JsonNode node) {
        double[] numbers = doubles(node.get("data"));
        boolean isWhole = node.get("dtype").asText().equals("int64");
        ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double x : numbers) {
            if (isWhole) {
                bytes.putLong((long) x);
            } else {
                bytes.putDouble(x);
            }
        }
        long[] shape = StreamSupport.stream(node.get("shape").spliterator(), false).mapToLong(JsonNode::asLong).toArray();
        return FileTensor.of(isWhole ? FileTensor.Type.INT64 : FileTensor.Type.FLOAT64, shape, bytes.flip());
    }

    private TensorFile exported(JsonNode facts, Recipe recipe, Trainer trainer, long step) throws IOException {
        Path file = folder.resolve("after.pt");
        write(facts, recipe, trainer, step, true, file);
        return TensorFiles.read(file, new RealDisk()).file();
    }

    private static void write(JsonNode facts, Recipe recipe, Trainer trainer, long step, boolean withOptimizer, Path file) throws IOException {
        FileExport.write(recipe, row(facts), Checkpoint.of(step, trainer.snapshot()), Map.of(), new FileExport.Choice(FileFormat.PYTORCH,
                WeightsExport.Which.RAW, withOptimizer, Optional.empty(), Optional.empty(), false), file, new RealDisk());
    }

    private static Recipe recipe(JsonNode facts) {
        String layers = StreamSupport.stream(facts.get("layers").spliterator(), false)
                .map(JsonNode::asText).map(TorchContinuationTest::layer).collect(Collectors.joining(", "));
        JsonNode s = facts.get("settings");
        StringBuilder rule = new StringBuilder("{rule: " + facts.get("rule").asText() + ", learning-rate: " + s.get("lr").asText());
        if (s.has("betas")) {
            rule.append(", beta1: ").append(s.get("betas").get(0)).append(", beta2: ").append(s.get("betas").get(1));
        }
        Map.of("eps", "epsilon", "weight_decay", "weight-decay", "momentum", "momentum", "alpha", "decay").forEach((there, here) -> {
            if (s.has(there)) {
                rule.append(", ").append(here).append(": ").append(s.get(there).asText());
            }
        });
        if (facts.get("rule").asText().equals("rmsprop") && !s.has("eps") || facts.get("rule").asText().equals("adagrad")) {
            rule.append(facts.get("rule").asText().equals("adagrad") ? ", epsilon: 1.0e-10" : ", epsilon: 1.0e-8");
        }
        return Recipe.parse("name: law\ndtype: " + facts.get("dtype").asText() + "\ndata: {set: iris, batch-size: " + facts.get("rows").asInt()
                + ", normalize: none}\nmodel: [" + layers + "]\nloss: mean-squared-error\noptimizer: " + rule + "}\nseed: "
                + SEED + "\n", "law");
    }

    /** A layer of a recipe from the words of the file. */
    private static String layer(String words) {
        String[] w = words.split(" ");
        return switch (w[0]) {
            case "dense" -> "{dense: {units: " + w[1] + "}}";
            case "conv2d" -> "{conv2d: {filters: " + w[1] + ", kernel: " + w[4] + ", padding: same, bias: " + !words.endsWith("no bias") + "}}";
            case "average-pool2d" -> "{average-pool2d: {window: " + w[1] + ", stride: " + w[1] + "}}";
            default -> w[0];
        };
    }

    private static long[] row(JsonNode facts) {
        return StreamSupport.stream(facts.get("row").spliterator(), false).mapToLong(JsonNode::asLong).toArray();
    }

    /** Rows in such an order that step s has the batch {@code first + s} of the file. */
    private static TrainingData data(JsonNode facts, int first, int count) {
        int rows = facts.get("rows").asInt();
        int out = facts.get("out").asInt();
        long[] row = row(facts);
        int size = (int) Value.Tensor.bytesOf(ElementType.U8, row);
        DataSet any = table(row, new float[count * rows * size], new float[count * rows * out], out);
        Batches order = Batches.shuffled(any, rows, Key.of(SEED));
        float[] x = new float[count * rows * size];
        float[] y = new float[count * rows * out];
        for (int step = 0; step < count; step++) {
            int[] places = order.at(step).rows();
            double[] xs = doubles(facts.get("batches").get(first + step).get("x"));
            double[] ys = doubles(facts.get("batches").get(first + step).get("y"));
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < size; j++) {
                    x[places[i] * size + j] = (float) xs[i * size + j];
                }
                for (int j = 0; j < out; j++) {
                    y[places[i] * out + j] = (float) ys[i * out + j];
                }
            }
        }
        DataSet train = table(row, x, y, out);
        DataSet none = new Rows("none", train, new int[0]);
        return new TrainingData(new Splits(train, train, none), train.digest(), "");
    }

    private static DataSet table(long[] row, float[] x, float[] y, int out) {
        return Table.ofFloats("law", row, x, new Labels.Reals(out), y);
    }

    private static double[] doubles(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }

    private static double[] numbers(FileTensor t) {
        double[] all = new double[(int) t.value().size()];
        Arrays.setAll(all, t.value()::get);
        return all;
    }

    private static void assertNear(JsonNode facts, Map<String, FileTensor> found, JsonNode expected) {
        assertThat(found.keySet()).containsExactlyElementsOf(() -> expected.fieldNames());
        found.forEach((name, tensor) -> assertNear(facts, name, numbers(tensor), doubles(expected.get(name).get("data"))));
    }

    /** Relative to the largest number of the tensor: 1e-10 in float64, 1e-5 in float32; twice that for means of squares. */
    private static void assertNear(JsonNode facts, String name, double[] found, double[] expected) {
        double tolerance = (facts.get("dtype").asText().equals("float64") ? 1e-10 : 1e-5) * (name.matches(".* [vhs]") ? 2 : 1);
        double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(found).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i])).as(name + " " + i + ": " + found[i] + " and " + expected[i])
                    .isLessThanOrEqualTo(tolerance * scale);
        }
    }
}
