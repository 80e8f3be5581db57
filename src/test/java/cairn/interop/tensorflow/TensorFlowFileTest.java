package cairn.interop.tensorflow;

import static cairn.interop.Outputs.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.RealDisk;
import cairn.interop.Outputs;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that TensorFlow 2.21 wrote; make_tensorflow.py beside them says how. */
class TensorFlowFileTest {
    private static final Path FILES = Outputs.FILES.resolve("tensorflow");
    private static final Layer NETWORK = Sequential.of(new Conv2d(5, 3, 1, Padding.VALID, 1, true, Conv2d.of(5, 3).init()),
            new Relu(), new BatchNorm(0.99, 1e-3), MaxPool2d.of(2), new Flatten(),
            Dense.of(7), new Tanh(), new LayerNorm(1e-3), Dense.of(2));
    private static final long[] ROW = {8, 6, 2};

    @TempDir
    Path folder;

    private static TensorFile read(String name) throws IOException {
        return TensorFlowFile.read(FILES.resolve(name), new RealDisk());
    }

    @ParameterizedTest
    @ValueSource(strings = {"keras3/ckpt-1", "keras3-model/model"})
    void aNetworkOfKerasComputesTheSameHere(String name) throws IOException {
        Outputs.assertSame(NETWORK, ROW, read(name), Outputs.arrays("tensorflow/" + name.replaceAll("/.*", "/outputs.npz")));
    }

    /** A SavedModel has its checkpoint in the folder variables. */
    @Test
    void theFolderOfASavedModelIsTakenForItsCheckpoint() throws IOException {
        Path variables = Files.createDirectories(folder.resolve("saved/variables"));
        for (String ending : List.of("index", "data-00000-of-00001")) {
            Files.copy(FILES.resolve("keras3/ckpt-1." + ending), variables.resolve("variables." + ending));
        }
        for (Path named : List.of(folder.resolve("saved"), variables)) {
            assertThat(TensorFlowFile.read(named, new RealDisk()).tensors()).isEqualTo(read("keras3/ckpt-1").tensors());
        }
    }

    @Test
    void aLayerIsNamedByThePathThroughTheModelAlsoIfTheKeyIsOneThroughTheOptimizer() throws IOException {
        TensorFile file = read("keras3");
        assertThat(file.modules().stream().filter(m -> m.kind() != FileModule.Kind.OTHER).map(FileModule::name)).containsExactly(
                "model/_functional/_operations/1", "model/_functional/_operations/2", "model/_functional/_operations/5",
                "model/_functional/_operations/6", "model/_functional/_operations/7");
        assertThat(file.tensors()).containsKeys("model/_functional/_operations/1/_kernel", "optimizer/_variables/2",
                "optimizer/_iterations").doesNotContainKey("optimizer/_trainable_variables/0");
        FileModule norm = file.modules().stream().filter(m -> m.kind() == FileModule.Kind.BATCH_NORM).findFirst().orElseThrow();
        assertThat(norm.tensors()).containsOnlyKeys("gamma", "beta", "running-mean", "running-var");
    }

    @Test
    void momentsOfKerasBelongToTheirTensors() throws IOException {
        TensorFile file = read("keras3");
        FileMoments moments = file.moments().orElseThrow();
        assertThat(moments.rules()).containsExactly("adam", "adam-w");
        assertThat(moments.byTensor()).hasSize(10);
        FileMoments.Vectors kernel = moments.byTensor().get("model/_functional/_operations/1/_kernel");
        assertThat(kernel.updates()).isEqualTo(3);
        assertThat(kernel.vectors().get("m")).isEqualTo(file.tensors().get("optimizer/_variables/2"));
        assertThat(kernel.vectors().get("v")).isEqualTo(file.tensors().get("optimizer/_variables/3"));
    }

    @Test
    void slotsOfKeras2BelongToTheirTensors() throws IOException {
        TensorFile file = read("slots/weights");
        var arrays = Outputs.arrays("tensorflow/slots/outputs.npz");
        Outputs.assertSame(Sequential.of(Dense.of(5), new Relu(), Dense.of(2)), new long[] {3}, file, arrays);
        FileMoments.Vectors vectors = file.moments().orElseThrow().byTensor().get("model/layer_with_weights-1/kernel");
        assertThat(vectors.updates()).isEqualTo(4);
        assertThat(vectors.vectors().get("m").value()).isEqualTo(arrays.get("m").value());
    }

    @Test
    void everyTypeIsReadAndTheLayersAreInTheOrderOfTheirNumbers() throws IOException {
        TensorFile file = read("module");
        assertThat(file.format()).isEqualTo("TensorFlow checkpoint");
        assertThat(file.modules().stream().filter(m -> m.kind() == FileModule.Kind.DENSE).map(FileModule::name))
                .isEqualTo(IntStream.range(0, 12).mapToObj(i -> "layers/" + i).toList());
        assertThat(IntStream.range(0, 210).mapToDouble(i -> file.tensors().get("many/" + i).value().get(0)).toArray())
                .isEqualTo(IntStream.range(0, 210).asDoubleStream().toArray());
        Map<String, double[]> expected = Map.ofEntries(Map.entry("half", new double[] {1.5, -2.25, 65504}),
                Map.entry("brain", new double[] {1.5, -2}), Map.entry("double", new double[] {0.1, -1e300}),
                Map.entry("long", new double[] {1099511627777.0}), Map.entry("int", new double[] {-7}),
                Map.entry("short", new double[] {-300, 300}), Map.entry("byte", new double[] {-5}), Map.entry("ubyte", new double[] {250}),
                Map.entry("ushort", new double[] {65000}), Map.entry("uint", new double[] {4000000000.0}),
                Map.entry("flag", new double[] {1, 0, 1}), Map.entry("empty", new double[0]));
        expected.forEach((name, numbers) -> assertThat(numbers(file.tensors().get(name).value())).as(name).isEqualTo(numbers));
        assertThat(file.tensors().get("brain").describe()).isEqualTo("bfloat16[1,2]");
        assertThat(file.notes()).contains("words/.ATTRIBUTES/VARIABLE_VALUE is left out, because it holds texts",
                "complex/.ATTRIBUTES/VARIABLE_VALUE is left out, because its type complex64 is not read",
                "1 tensor is bfloat16 in the file and f32 here, with the same numbers");
    }

    @Test
    void severalDataFilesAreReadAndNamesAloneTellLayers() throws IOException {
        TensorFile file = read("shards/two");
        assertThat(file.modules().stream().map(FileModule::name)).containsExactly("dense", "dense_1");
        assertThat(numbers(file.tensors().get("dense_1/kernel").value())).containsExactly(-1, 0, 1);
        assertThat(file.tensors().get("dense/kernel").shape()).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"module", "module/checkpoint", "module/ckpt-1", "module/ckpt-1.index", "module/ckpt-1.data-00000-of-00001"})
    void everyNameOfACheckpointIsUnderstood(String name) throws IOException {
        assertThat(TensorFlowFile.index(FILES.resolve(name), new RealDisk())).contains(FILES.resolve("module/ckpt-1.index"));
    }

    @ParameterizedTest
    @CsvSource({"/etc/passwd", "../other/ckpt", "..", "a/b", "'a\\057b'", "'C:\\ckpt'", ".hidden", "'a '", "''"})
    void theFileCheckpointNamesANeighbourAlone(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("checkpoint"), "model_checkpoint_path: \"" + name + "\"\n");
        assertThatThrownBy(() -> TensorFlowFile.read(file, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll(file.toString(), "model_checkpoint_path", "plain name");
    }

    @Test
    void slicedVariablesAreRefusedByName() {
        assertThatThrownBy(() -> read("slices/sliced")).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll("split/kernel", "partitioned variable", "one piece");
    }

    @Test
    void aMissingDataFileIsNamed() throws IOException {
        copy("shards");
        Files.delete(folder.resolve("two.data-00001-of-00002"));
        assertThatThrownBy(() -> TensorFlowFile.read(folder.resolve("two"), new RealDisk()))
                .isInstanceOf(IOException.class).hasMessageContaining("two.data-00001-of-00002");
    }

    @Test
    void aChangedBitOfATensorIsFound() throws IOException {
        copy("shards");
        Path data = folder.resolve("two.data-00000-of-00002");
        byte[] bytes = Files.readAllBytes(data);
        bytes[13] ^= 4;
        Files.write(data, bytes);
        assertThatThrownBy(() -> TensorFlowFile.read(folder.resolve("two"), new RealDisk()))
                .isInstanceOf(ForeignFileException.class).hasMessageContainingAll(data.toString(), "dense/kernel", "checksum");
    }

    @Test
    void bigEndianNumbersAndCompressedBlocksAreRefused() throws IOException {
        copy("shards");
        Path index = folder.resolve("two.index");
        byte[] good = Files.readAllBytes(index);
        // The first entry is the header: lengths 0, 0, n and then 08 02 1a 02 08 01. An enum that is 0 is not written.
        byte[] big = withBlock(good, block -> {
            block[3 + 2] = 0x10;
            block[3 + 3] = 1;
            block[3 + 4] = 0x10;
            block[3 + 5] = 1;
        }, 0);
        Files.write(index, big);
        assertThatThrownBy(() -> TensorFlowFile.read(index, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("big-endian");
        Files.write(index, withBlock(good, block -> { }, 1));
        assertThatThrownBy(() -> TensorFlowFile.read(index, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("compressed (type 1)");
    }

    private interface Edit {
        void of(byte[] block);
    }

    /** The index with its first block edited, and its checksum right. */
    private static byte[] withBlock(byte[] index, Edit edit, int packing) {
        byte[] all = index.clone();
        ByteBuffer footer = ByteBuffer.wrap(all, all.length - IndexTable.FOOTER, IndexTable.FOOTER);
        int metaOffset = footer.get() & 0x7f | (footer.get() & 0x7f) << 7;
        // The block of entries ends where the empty meta block begins.
        int size = metaOffset - 5;
        byte[] block = Arrays.copyOf(all, size + 1);
        edit.of(block);
        block[size] = (byte) packing;
        System.arraycopy(block, 0, all, 0, size + 1);
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putInt(size + 1, MaskedCrc.of(ByteBuffer.wrap(block)));
        return all;
    }

    private void copy(String name) throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve(name))) {
            for (Path file : List.copyOf(files.toList())) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }
}
