package cairn.interop.onnx;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.interop.file.FileModel;
import cairn.interop.file.TensorFile;
import cairn.nn.Network;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.LayerCases.Case;
import cairn.nn.layer.Sequential;
import cairn.state.ElementType;
import cairn.tensor.op.Samples;
import java.io.IOException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model that is written and read again computes the same. */
class OnnxRoundTripTest {

    static Stream<Case> layers() {
        return OnnxWriterTest.layers();
    }

    static Stream<Case> recipes() {
        return OnnxWriterTest.recipes().stream().map(OnnxWriterTest::recipe);
    }

    @ParameterizedTest
    @MethodSource({"layers", "recipes"})
    void aWrittenModelIsReadAgain(Case c) throws IOException {
        check(c, ElementType.F32, 1e-5);
        check(new Case(Sequential.of(BatchNorm.of(), c.layer()), c.batch(), true, c.in()), ElementType.F64, 1e-12);
    }

    private static void check(Case c, ElementType type, double tolerance) throws IOException {
        Network network = Judge.network(c.layer(), c.in(), type);
        TensorFile file = Read.bytes(Judge.written(c.layer(), c.in(), Judge.weights(network), OnnxOptions.NONE));
        FileModel model = file.model().orElseThrow().read();
        assertThat(model.row()).isEqualTo(c.in());
        Network again = Read.network(file, type);
        double[] x = Samples.numbers(c.batch() * LongStream.of(c.in()).reduce(1, (a, b) -> a * b), "x");
        assertClose("y", Judge.cairn(again, c.batch(), x), Judge.cairn(network, c.batch(), x), tolerance, 1);
        assertThat(again.outputShape()).isEqualTo(network.outputShape());
    }
}
