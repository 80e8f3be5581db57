package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.DataSet;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.interop.WeightsImport;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.Predictor;
import cairn.train.TrainingData;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An exported file predicts what the run predicts. */
class ExportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temporary;

    private Cairn.Result cairn(String... args) {
        Cairn.Result result = Cairn.run(Stream.concat(Stream.of(args), Stream.of("--dir", temporary.toString())).toArray(String[]::new));
        assertThat(result.exit()).as(result.err()).isZero();
        return result;
    }

    /** What a safetensors file says beside its tensors. */
    private static JsonNode ofSafetensors(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int length = Math.toIntExact(ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong());
        return JSON.readTree(all, 8, length).get("__metadata__");
    }

    /** The same of an npz file: one text of 32-bit characters. */
    private static JsonNode ofNpz(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile()); InputStream in = zip.getInputStream(zip.getEntry("__metadata__.npy"))) {
            byte[] all = in.readAllBytes();
            int header = 10 + ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
            assertThat(new String(all, 10, header - 10, StandardCharsets.US_ASCII)).contains("'<U" + (all.length - header) / 4 + "'",
                    "'shape': ()");
            return JSON.readTree(new String(all, header, all.length - header, "UTF-32LE"));
        }
    }

    /** Weights and metadata alone, without the run: the outputs for raw rows are those of the run, bit for bit. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            iris     | average={decay: 0.9}
            wine     | average={decay: 0.9, warmup: true}
            breast-cancer | average=null
            digits   | average={decay: 0.5}
            spirals  | average={decay: 0.9}
            discs    | average={decay: 0.9}
            mnist-mlp | average={decay: 0.9}
            mnist-cnn | average=null
            """)
    void theFileAndItsMetadataPredictWhatTheRunPredicts(String name, String average) throws IOException {
        List<String> changes = new ArrayList<>(List.of(average));
        if (name.startsWith("mnist")) {
            // The same layers on smaller images.
            changes.addAll(List.of("data.set=digits", "data.batch-size=8", "data.validation=30"));
        }
        List<String> words = new ArrayList<>(List.of("train", name, "--steps", "6", "--run", "r"));
        changes.forEach(change -> words.addAll(List.of("--set", change)));
        cairn(words.toArray(String[]::new));
        Path file = temporary.resolve("out.safetensors");
        String said = cairn("export", "r", file.toString()).out();
        assertThat(said).contains(average.contains("decay") ? "exported the averaged weights" : "exported the weights", "data/normalization");
        JsonNode metadata = ofSafetensors(file);
        cairn("export", "r", temporary.resolve("out.npz").toString());
        assertThat(ofNpz(temporary.resolve("out.npz"))).isEqualTo(metadata);

        Recipe trained = Recipe.parse(metadata.get("recipe").textValue(), "metadata");
        // A file has one kind of weights, so a recipe that averages nothing reads them.
        Recipe plain = trained.with(List.of("average=null"));
        Map<String, Value> texts = new HashMap<>();
        metadata.fields().forEachRemaining(e -> {
            if (e.getKey().contains("/")) {
                texts.put(e.getKey(), new Value.Text(e.getValue().textValue()));
            }
        });
        texts.put("recipe/digest", new Value.Text(plain.digest()));
        State state = State.of(texts).overlay(WeightsImport.read(file, new RealDisk()).own().orElseThrow());
        try (DirectoryStore store = DirectoryStore.reading(temporary.resolve("r"), new RealDisk())) {
            Checkpoint checkpoint = store.read(6);
            DataSet rows = TrainingData.open(trained, DataFolders.standard()).rows("validation");
            float[][] outputs = Predictor.of(trained, checkpoint.state()).outputs(rows);
            assertThat(Predictor.of(plain, state).outputs(rows)).isDeepEqualTo(outputs);
            assertThat(Predictor.of(plain, state).labels()).isEqualTo(Predictor.of(trained, checkpoint.state()).labels());

            Path raw = temporary.resolve("raw.safetensors");
            cairn("export", "r", raw.toString(), "--raw");
            assertThat(ofSafetensors(raw).get("weights").textValue()).isEqualTo("raw");
            assertThat(WeightsImport.read(raw, new RealDisk()).own().orElseThrow().entries()).allSatisfy((path, value) ->
                    assertThat(value).isEqualTo(checkpoint.state().entries().get(path)));
        }
    }

    /** The arithmetic of a reader who has NumPy and nothing of Cairn. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFormulaOverTheFileGivesThePredictedProbabilities(boolean isRaw) throws IOException {
        cairn("train", "iris", "--steps", "40", "--set", "model=[dense: {units: 6}, tanh, dense: {units: 3}]", "--set", "average={decay: 0.95}");
        Path file = temporary.resolve("w.safetensors");
        cairn(Stream.concat(Stream.of("export", "iris", file.toString()), isRaw ? Stream.of("--raw") : Stream.empty()).toArray(String[]::new));
        State weights = WeightsImport.read(file, new RealDisk()).own().orElseThrow();
        JsonNode normalization = JSON.readTree(ofSafetensors(file).get("data/normalization").textValue());
        JsonNode names = JSON.readTree(ofSafetensors(file).get("data/labels").textValue());
        double[] x = {5.9, 3.0, 4.9, 1.7};
        for (int i = 0; i < 4; i++) {
            x[i] = (x[i] - normalization.get("mean").get(i).doubleValue()) / normalization.get("std").get(i).doubleValue();
        }
        double[] hidden = dense(weights, "model/0.dense", x);
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Math.tanh(hidden[i]);
        }
        double[] logits = dense(weights, "model/2.dense", hidden);
        Path row = Files.writeString(temporary.resolve("row.csv"), "5.9,3.0,4.9,1.7\n");
        JsonNode predicted = cairn("predict", "iris", row.toString(), "--json").last();
        double sum = 0;
        int best = 0;
        for (int c = 0; c < 3; c++) {
            sum += Math.exp(logits[c]);
            best = logits[c] > logits[best] ? c : best;
        }
        double probability = Math.exp(logits[best]) / sum;
        if (isRaw) {
            assertThat(probability).isNotCloseTo(predicted.get("probability").doubleValue(), within(1e-3));
        } else {
            assertThat(names.get(best).textValue()).isEqualTo(predicted.get("class").textValue());
            assertThat(probability).isCloseTo(predicted.get("probability").doubleValue(), within(1e-5));
        }
    }

    private static double[] dense(State weights, String layer, double[] x) {
        Value.Tensor w = weights.tensor(layer + "/weight");
        int outputs = (int) w.shape()[1];
        ByteBuffer values = w.bytes().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer bias = weights.tensor(layer + "/bias").bytes().order(ByteOrder.LITTLE_ENDIAN);
        double[] y = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            y[o] = bias.getFloat(4 * o);
            for (int i = 0; i < x.length; i++) {
                y[o] += x[i] * values.getFloat(4 * (i * outputs + o));
            }
        }
        return y;
    }

    @Test
    void theFamiliesOfRecipesThatAreTriedAreThoseThatAreShipped() {
        // fashion-cnn needs images that are not part of the program; its layers are those of mnist-cnn and spirals. Those of moons are of iris.
        assertThat(BuiltInRecipes.names()).containsExactlyInAnyOrder("iris", "wine", "breast-cancer", "digits", "moons", "spirals", "discs", "mnist-mlp",
                "mnist-cnn", "fashion-cnn");
    }
}
