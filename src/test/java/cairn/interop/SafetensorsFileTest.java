package cairn.interop;

import static cairn.interop.Outputs.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModule;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.nn.Layer;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Tanh;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the safetensors package wrote, and files that no program would write; make_arrays.py says how. */
class SafetensorsFileTest {
    private static final Path FILES = Outputs.FILES.resolve("safetensors");
    private static final Layer NETWORK = Sequential.of(new Conv2d(5, 3, 1, Padding.VALID, 1, true, Conv2d.of(5, 3).init()),
            new BatchNorm(0.9, 1e-5), new Relu(), MaxPool2d.of(2), new Flatten(),
            Dense.of(7), new LayerNorm(1e-5), new Tanh(), Dense.of(3));

    @TempDir
    Path folder;

    private static TensorFile read(Path path) throws IOException {
        try (FileBytes file = FileBytes.open(path, new RealDisk())) {
            return SafetensorsFile.read(file);
        }
    }

    @ParameterizedTest
    @CsvSource({"torch.safetensors, the file says that it is PyTorch's", "torch-without-format.safetensors, the sizes of the biases"})
    void aNetworkOfPyTorchComputesTheSameHere(String name, String reason) throws IOException {
        TensorFile file = read(FILES.resolve(name));
        Outputs.assertSame(NETWORK, new long[] {8, 6, 2}, file, Outputs.arrays("safetensors/torch-outputs.npz"));
        assertThat(file.notes().get(0)).contains("[out, in]", reason);
    }

    @Test
    void shardsAreOneFile() throws IOException {
        Path index = FILES.resolve("sharded/model.safetensors.index.json");
        TensorFile file = ShardedSafetensors.read(index, new RealDisk());
        Outputs.assertSame(NETWORK, new long[] {8, 6, 2}, file, Outputs.arrays("safetensors/torch-outputs.npz"));
        assertThat(file.facts()).containsEntry("format", "pt").containsKey("total_size");
        assertThat(file.tensors()).isEqualTo(read(FILES.resolve("torch.safetensors")).tensors());
    }

    @Test
    void everyTypeIsReadAndWhatIsWidenedIsSaid() throws IOException {
        TensorFile file = read(FILES.resolve("types.safetensors"));
        Map<String, double[]> expected = Map.ofEntries(Map.entry("f64", new double[] {0.1}), Map.entry("f16", new double[] {1.5, -2.25}),
                Map.entry("bf16", new double[] {1.5, -2}), Map.entry("i16", new double[] {-300}), Map.entry("i8", new double[] {-5}),
                Map.entry("u8", new double[] {250}), Map.entry("bool", new double[] {1, 0, 1}), Map.entry("u16", new double[] {65000}),
                Map.entry("u32", new double[] {4000000000.0}), Map.entry("i64", new double[] {1099511627777.0}),
                Map.entry("i32", new double[] {-7}), Map.entry("f32", new double[] {3.5}), Map.entry("empty", new double[0]));
        assertThat(file.tensors()).containsOnlyKeys(expected.keySet());
        expected.forEach((name, numbers) -> assertThat(numbers(file.tensors().get(name).value())).as(name)
                .isEqualTo(name.equals("f64") ? new double[] {file.tensors().get(name).value().get(0)} : numbers));
        assertThat(file.facts()).containsEntry("made by", "a test; \u00e4");
        assertThat(file.notes()).contains("1 tensor is float16 in the file and f32 here, with the same numbers");
    }

    @Test
    void namesOfKerasAreTakenInItsOrderAndInTheOrderOfTheirNumbers() throws IOException {
        TensorFile file = read(FILES.resolve("keras-names.safetensors"));
        assertThat(file.modules().stream().map(FileModule::name)).isEqualTo(IntStream.range(0, 12).mapToObj(i -> "dense_" + i).toList());
        assertThat(file.modules()).allMatch(m -> m.order().equals(TensorOrder.CHANNELS_LAST) && m.kind() == FileModule.Kind.DENSE);
        assertThat(file.notes()).first().asString().contains("[in, out]", "neither the file nor the sizes of its biases say otherwise");
    }

    @Test
    void otherTypesAreRefusedByName() {
        assertThatThrownBy(() -> read(FILES.resolve("float8.safetensors"))).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll("weight", "F8_E4M3", "Convert it to F32");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'a':{'dtype':'U8','shape':[],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[],'data_offsets':[0,1]}}|two tensors have",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|expected 0",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}|neither overlap",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|take 4 bytes, and 8 follow",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}}|not within",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,-4]}}|not within",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|takes 12 bytes",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|no shape of a tensor",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}|no shape of a tensor",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}}|no JSON",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|expected END_ARRAY",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}|each once",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'more':1}}|each once",
        "{'a':{'dtype':'F32','shape':[[2]],'data_offsets':[0,8]}}|expected END_ARRAY",
        "{'__metadata__':{'a':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|expected VALUE_STRING",
        "{'__metadata__':{},'__metadata__':{},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|two times",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x|follows the JSON",
        "[1]|expected START_OBJECT"})
    void whatTheReferenceRefusesIsRefused(String json, String problem) throws IOException {
        byte[] head = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Path path = Files.write(folder.resolve("x.safetensors"), ByteBuffer.allocate(16 + head.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(head.length).put(head).putFloat(1).putFloat(2).array());
        assertThatThrownBy(() -> read(path)).isInstanceOf(ForeignFileException.class).hasMessageContainingAll(path.toString(), problem);
    }

    @Test
    void aHeaderInUtf16IsRefused() throws IOException {
        for (java.nio.charset.Charset other : List.of(StandardCharsets.UTF_16LE, java.nio.charset.Charset.forName("UTF-32LE"))) {
            byte[] head = "{}".getBytes(other);
            Path path = Files.write(folder.resolve("x.safetensors"), ByteBuffer.allocate(8 + head.length).order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(head.length).put(head).array());
            assertThatThrownBy(() -> read(path)).isInstanceOf(ForeignFileException.class).hasMessageContainingAll(path.toString(), "UTF-8");
        }
    }

    @Test
    void theOrderOfKeysAndAlignmentAreFree() throws IOException {
        byte[] head = ("{'b':{'data_offsets':[1,5],'shape':[1],'dtype':'F32'},"
                + "'\u00e4 /':{'dtype':'U8','shape':[],'data_offsets':[0,1]}}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Path path = Files.write(folder.resolve("x.safetensors"), ByteBuffer.allocate(13 + head.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(head.length).put(head).put((byte) 7).putFloat(2.5f).array());
        assertThat(read(path).tensors()).hasSize(2);
        assertThat(read(path).tensors().get("b").value().get(0)).isEqualTo(2.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../model-00001-of-00002.safetensors", "/etc/model.safetensors", "a\\\\b.safetensors", "..", "model.bin",
        ".safetensors", "c:model.safetensors", "a/b.safetensors", ""})
    void anIndexNamesNeighboursAlone(String shard) throws IOException {
        Path index = Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"" + shard + "\"}}");
        assertThatThrownBy(() -> ShardedSafetensors.read(index, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll(index.toString(), "plain name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|weight_map", "{'weight_map':{},'weight_map':{}}|two times", "{'weight_map':{'a':1}}|no text",
        "{'weight_map':{'a':'b.safetensors','a':'b.safetensors'}}|two times", "{'weight_map':{'a':'b.safetensors'}}x|x",
        "{'other':[[[[[[[[[[[[|nesting", "{'weight_map':[]}|no object"})
    void anIndexOfAnotherFormIsRefused(String json, String problem) throws IOException {
        Path index = Files.writeString(folder.resolve("i.json"), json.replace('\'', '"'));
        assertThatThrownBy(() -> ShardedSafetensors.read(index, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll(index.toString(), problem);
    }

    @Test
    void aTensorThatIsInAnotherFileThanTheIndexSaysIsNamed() throws IOException {
        Path index = copied();
        String json = Files.readString(index);
        Files.writeString(index, json.replaceFirst("(\"0.weight\": \"model-0000)1", "$12"));
        assertThatThrownBy(() -> ShardedSafetensors.read(index, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll("model-00001-of-00002.safetensors", "not in the map, or of another file 0.weight");
        Files.writeString(index, json.replace("\"0.weight\"", "\"0.other\""));
        assertThatThrownBy(() -> ShardedSafetensors.read(index, new RealDisk())).hasMessageContainingAll("missing 0.other");
        Files.writeString(index, json);
        Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
        assertThatThrownBy(() -> ShardedSafetensors.read(index, new RealDisk())).isInstanceOf(IOException.class)
                .hasMessageContaining("model-00002-of-00002.safetensors");
    }

    @Test
    void theDigestIsThatOfIndexAndShards() throws IOException {
        Path index = copied();
        String digest = TensorFiles.read(index, new RealDisk()).digest();
        Path original = FILES.resolve("sharded/model.safetensors.index.json");
        assertThat(digest).hasSize(64).isEqualTo(TensorFiles.read(original, new RealDisk()).digest());
        Path shard = folder.resolve("model-00002-of-00002.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 1] ^= 1;
        Files.write(shard, bytes);
        assertThat(TensorFiles.read(index, new RealDisk()).digest()).isNotEqualTo(digest);
    }

    private Path copied() throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve("sharded"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder.resolve("model.safetensors.index.json");
    }
}
