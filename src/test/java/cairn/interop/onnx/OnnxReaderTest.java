package cairn.interop.onnx;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.interop.onnx.OnnxOptions.Probabilities;
import cairn.interop.onnx.OnnxOptions.Scaling;
import cairn.nn.Network;
import cairn.nn.layer.Dense;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Tanh;
import cairn.state.ElementType;
import cairn.state.Value;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that PyTorch's exporters and onnx.helper wrote (make_onnx.py): networks made of them compute what those programs computed. */
class OnnxReaderTest {
    private static final Path FOLDER = Path.of("src/test/resources/interop/onnx");

    /** What a program computed from the file of this name. */
    record Expected(String name, long[] in, double[] x, double[] y) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Expected> files() throws IOException {
        List<Expected> all = new ArrayList<>();
        for (String program : List.of("torch-1.13", "torch-2.13", "helper")) {
            JsonNode json = new ObjectMapper().readTree(FOLDER.resolve(program + ".json").toFile());
            json.fields().forEachRemaining(e -> all.add(new Expected(e.getKey(), LongStream.of(doubles(e.getValue().get("in"))).toArray(),
                    numbers(e.getValue().get("x")), numbers(e.getValue().get("y")))));
        }
        return all;
    }

    private static long[] doubles(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
    }

    private static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aNetworkMadeOfAFileComputesWhatTheOtherProgramComputed(Expected e) throws IOException {
        TensorFile file = Read.file(FOLDER.resolve(e.name()));
        FileModel model = file.model().orElseThrow().read();
        boolean isDouble = e.name().contains("double");
        Network network = Read.network(file, isDouble ? ElementType.F64 : ElementType.F32);
        boolean isChannelsFirst = model.notes().stream().anyMatch(n -> n.startsWith("images are channels first"));
        double[] x = isChannelsFirst ? channelsLast(e.in(), e.x()) : e.x();
        double[] y = Judge.cairn(network, (int) e.in()[0], x);
        assertClose("y", y, e.y(), isDouble ? 1e-12 : 1e-5, 1);
    }

    @Test
    void tensorsBelongToModulesWithTheirOrder() throws IOException {
        TensorFile cnn = Read.file(FOLDER.resolve("torch-2.13-cnn-dynamo.onnx"));
        assertThat(cnn.format()).isEqualTo("ONNX model");
        assertThat(cnn.program()).isEqualTo("pytorch 2.13.0+cpu");
        assertThat(cnn.facts()).containsEntry("opset", "20").containsEntry("inputs", "x float32[?,2,6,11]");
        assertThat(cnn.modules()).extracting(FileModule::name).containsExactly("0", "4", "8", "9");
        assertThat(cnn.modules()).extracting(FileModule::kind).containsExactly(Kind.CONV2D, Kind.CONV2D, Kind.BATCH_NORM, Kind.DENSE);
        assertThat(cnn.modules().get(2).order()).isEqualTo(new TensorOrder(false, true, true));
        assertThat(cnn.modules().get(3).order()).isEqualTo(TensorOrder.PYTORCH);
        assertThat(cnn.modules().get(3).tensors()).containsExactly(Map.entry("weight", "9.weight"), Map.entry("bias", "9.bias"));
        assertThat(cnn.tensors().get("9.weight").describe()).isEqualTo("float32[5,6]");
    }

    @Test
    void aWeightWithoutAMeaningfulNameGivesItsModuleTheNameOfTheNode() throws IOException {
        TensorFile folded = Read.file(FOLDER.resolve("torch-2.13-cnn.onnx"));
        assertThat(folded.modules()).extracting(FileModule::name).containsExactly("/0/Conv", "4", "8", "9");
        TensorFile last = Read.file(FOLDER.resolve("torch-1.13-functions.onnx"));
        FileModule product = last.modules().get(last.modules().size() - 1);
        assertThat(product.name()).isEqualTo("/last/MatMul");
        assertThat(product.order().denseOutputsFirst()).isFalse();
        // Layer normalization by single operators.
        assertThat(last.modules()).extracting(FileModule::kind).containsExactly(Kind.DENSE, Kind.LAYER_NORM, Kind.BATCH_NORM, Kind.DENSE);
        TensorFile nodes = Read.file(FOLDER.resolve("helper-nodes.onnx"));
        assertThat(nodes.modules()).extracting(m -> m.order().denseOutputsFirst()).containsExactly(false, false, false, true);
        assertThat(nodes.tensors()).containsKeys("w0", "w1");
        assertThat(Read.file(FOLDER.resolve("helper-channels-last.onnx")).modules().get(1))
                .isEqualTo(new FileModule("dense/MatMul", Kind.DENSE, new TensorOrder(false, true, false),
                        Map.of("weight", "w", "bias", "b1")));
    }

    @Test
    void weightsThatAreHandedOnAndKindsThatThereAreNotHaveModulesToo() throws IOException {
        Message table = new Message().integer(1, 5).integer(1, 2).integer(2, 1).text(8, "table.weight");
        for (int i = 0; i < 10; i++) {
            table.real(4, i);
        }
        Message graph = new Message().message(5, table)
                .message(5, new Message().integer(1, 2).integer(2, 1).text(8, "gain").real(4, 1).real(4, 2))
                .message(1, new Message().text(1, "table.weight").text(1, "x").text(2, "h").text(3, "look").text(4, "Gather"))
                .message(1, new Message().text(1, "gain").text(2, "same").text(3, "same").text(4, "Identity"))
                .message(1, new Message().text(1, "h").text(1, "same").text(1, "gain").text(2, "y").text(3, "norm")
                        .text(4, "LayerNormalization"))
                .message(11, HostileOnnxFileTest.value("x", 1, 2)).message(12, HostileOnnxFileTest.value("y", 1, 2, 2));
        assertThat(Read.bytes(HostileOnnxFileTest.file(graph)).modules()).containsExactly(
                new FileModule("look", Kind.OTHER, new TensorOrder(false, true, false), Map.of("input-0", "table.weight")),
                new FileModule("norm", Kind.LAYER_NORM, new TensorOrder(false, true, false), Map.of("gamma", "gain", "beta", "gain")));
    }

    @Test
    void allTypesOfTensorsAreRead() throws IOException {
        TensorFile types = Read.file(FOLDER.resolve("helper-types.onnx"));
        Map<String, double[]> expected = Map.ofEntries(Map.entry("f16", new double[] {1.5, -2, 65504}),
                Map.entry("bf16", new double[] {1.5, -3}), Map.entry("f64", new double[] {0.1, -1e300}),
                Map.entry("i8", new double[] {-128, 127}), Map.entry("u8", new double[] {0, 255}),
                Map.entry("i16", new double[] {-32768, 32767}), Map.entry("u16", new double[] {0, 65535}),
                Map.entry("i32", new double[] {-7, 2147483647}), Map.entry("u32", new double[] {0, 4294967295.0}),
                Map.entry("i64", new double[] {-9, 9223372036854775807.0}), Map.entry("bool", new double[] {1, 0, 1}),
                Map.entry("raw-f16", new double[] {1.5, -2}));
        expected.forEach((name, numbers) -> {
            Value.Tensor tensor = types.tensors().get(name).value();
            assertThat(LongStream.range(0, tensor.size()).mapToDouble(tensor::get).toArray()).as(name).isEqualTo(numbers);
        });
        assertThat(types.notes()).containsExactly("numbers of float16 are read as float32", "numbers of bfloat16 are read as float32",
                "the tensor text is left out: its numbers are of type 8, which is not known here");
    }

    @Test
    void scalingOfTheDataIsNoLayerAndIsNoted() throws IOException {
        OnnxOptions options = new OnnxOptions(Optional.of(new Scaling(new double[] {1, 2.00000001}, new double[] {3, 4})),
                Optional.of(new Scaling(new double[] {5}, new double[] {6})), Probabilities.NONE, Map.of("step", "7"));
        Sequential model = Sequential.of(Dense.of(1), new Tanh());
        Network network = Judge.network(model, new long[] {2}, ElementType.F32);
        TensorFile file = Read.bytes(Judge.written(model, new long[] {2}, Judge.weights(network), options));
        FileModel read = file.model().orElseThrow().read();
        assertThat(read.layers()).hasSize(2);
        assertThat(read.notes()).contains("the file scales its inputs up to normalize/scaled; here the data has to be scaled so",
                "the file scales its outputs up to output; here the data has to be scaled so");
        assertThat(file.facts()).containsEntry("step", "7");
        assertThat(file.program()).isEqualTo("cairn");
    }

    @Test
    void aSumAtTheEndOfAnotherProgramsFileIsNotTakenForAScaling() throws IOException {
        Message graph = new Message().message(1, new Message().text(1, "x").text(2, "h").text(3, "h").text(4, "Tanh"))
                .message(1, new Message().text(1, "h").text(1, "b").text(2, "y").text(3, "last").text(4, "Add"))
                .message(5, new Message().integer(1, 2).integer(2, 1).text(8, "b").real(4, 1).real(4, 2))
                .message(11, HostileOnnxFileTest.value("x", 1, 2)).message(12, HostileOnnxFileTest.value("y", 1, 2));
        TensorFile file = Read.bytes(HostileOnnxFileTest.file(graph));
        assertThatThrownBy(() -> file.model().orElseThrow().read()).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("node last (Add)").hasMessageContaining("no layer here computes");
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileIsKnownByItsFields(Expected e) throws IOException {
        try (FileBytes file = FileBytes.open(FOLDER.resolve(e.name()), new RealDisk());
                FileBytes other = FileBytes.open(FOLDER.resolve("helper.json"), new RealDisk())) {
            assertThat(OnnxReader.looksLike(file)).isTrue();
            assertThat(OnnxReader.looksLike(other)).isFalse();
        }
    }

    private static Message window(String op, long kernel, long[] pads, Object... more) {
        Message node = new Message().text(1, "x").text(2, "y").text(3, "pool").text(4, op)
                .message(5, integers("kernel_shape", kernel, kernel)).message(5, integers("pads", pads));
        for (int i = 0; i < more.length; i += 2) {
            node.message(5, integers((String) more[i], (long[]) more[i + 1]));
        }
        return node;
    }

    private static Message integers(String name, long... values) {
        Message attribute = new Message().text(1, name);
        for (long v : values) {
            attribute.integer(8, v);
        }
        return attribute.integer(20, 7);
    }

    private static FileModel pool(Message node, long height, long width) throws IOException {
        Message graph = new Message().message(1, node).message(11, HostileOnnxFileTest.value("x", 1, 3, height, width))
                .message(12, HostileOnnxFileTest.value("y", 1, 3, 1, 1));
        return Read.bytes(HostileOnnxFileTest.file(graph)).model().orElseThrow().read();
    }

    @Test
    void onlyAPaddingThatIsExactlyOneOfHereIsRead() throws IOException {
        long[] two = {2, 2};
        assertThat(pool(window("MaxPool", 3, new long[] {0, 0, 1, 1}, "strides", two), 6, 8).layers())
                .containsExactly(new MaxPool2d(3, 2, Padding.SAME));
        assertThat(pool(window("MaxPool", 3, new long[] {1, 1, 1, 1}, "strides", two), 7, 9).layers())
                .containsExactly(new MaxPool2d(3, 2, Padding.SAME));
        assertThat(pool(window("MaxPool", 3, new long[4], "strides", two), 7, 9).layers())
                .containsExactly(new MaxPool2d(3, 2, Padding.VALID));
        assertThatThrownBy(() -> pool(window("MaxPool", 3, new long[] {1, 1, 1, 1}, "strides", two), 6, 8))
                .isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("node pool (MaxPool): pads [1, 1, 1, 1] of a window of 3 with stride 2 over 6 x 8 pixels; expected"
                        + " [0, 0, 1, 1] (same) or none (valid)");
        assertThatThrownBy(() -> pool(window("MaxPool", 3, new long[4], "strides", new long[] {1, 2}), 6, 8))
                .hasMessageContaining("strides [1, 2]; expected two equal ones");
        assertThatThrownBy(() -> pool(window("MaxPool", 9, new long[4], "strides", two), 6, 8)).hasMessageContaining("does not fit");
    }

    @Test
    void allThatIsOtherwiseThanHereIsNamedAtOnce() throws IOException {
        Message first = window("MaxPool", 3, new long[] {1, 1, 1, 1}, "strides", new long[] {2, 2});
        Message second = new Message().text(1, "y").text(2, "z").text(3, "another").text(4, "AveragePool")
                .message(5, integers("kernel_shape", 3, 1));
        Message third = new Message().text(1, "z").text(2, "w").text(3, "soft").text(4, "Softmax")
                .message(5, new Message().text(1, "axis").integer(3, 2).integer(20, 2));
        Message graph = new Message().message(1, first).message(1, second).message(1, third)
                .message(11, HostileOnnxFileTest.value("x", 1, 3, 8, 10)).message(12, HostileOnnxFileTest.value("w", 1, 3, 1, 1));
        TensorFile file = Read.bytes(HostileOnnxFileTest.file(graph));
        assertThatThrownBy(() -> file.model().orElseThrow().read()).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll("node pool (MaxPool): pads [1, 1, 1, 1]", "node another (AveragePool): kernel_shape [3, 1]",
                        "node soft (Softmax): axis 2");
    }

    private static double[] channelsLast(long[] shape, double[] x) {
        double[] last = new double[x.length];
        int channels = (int) shape[1];
        int pixels = (int) (shape[2] * shape[3]);
        for (int n = 0; n < shape[0]; n++) {
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < pixels; p++) {
                    last[(n * pixels + p) * channels + c] = x[(n * channels + c) * pixels + p];
                }
            }
        }
        return last;
    }
}
