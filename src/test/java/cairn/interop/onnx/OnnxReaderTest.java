package cairn.interop.onnx;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.interop.file.FileModel;
import cairn.interop.file.TensorFile;
import cairn.nn.Network;
import cairn.state.ElementType;
import cairn.state.Value;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
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
