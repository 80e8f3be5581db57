package cairn.interop.onnx;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.interop.file.FileModel;
import cairn.interop.file.TensorFile;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.init.He;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.LayerCases.Case;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import cairn.state.ElementType;
import cairn.tensor.op.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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

    @Test
    void theSameLayersAreRead() throws IOException {
        Sequential model = Sequential.of(new Conv2d(3, 3, 2, Padding.SAME, 1, false, new He()), new BatchNorm(0.03, 1e-3), new Elu(0.3),
                new Residual(List.of(new Conv2d(4, 3, 1, Padding.SAME, 2, true, new He()), new Softplus(), new LayerNorm(1e-6)),
                        List.of(new Conv2d(4, 1, 1, Padding.VALID, 1, true, new He()))),
                new MaxPool2d(2, 2, Padding.VALID), new AveragePool2d(3, 1, Padding.SAME), new Flatten(), Dense.of(6), new LeakyRelu(0.2),
                Residual.of(new Dense(6, false, new He()), new Gelu(Gelu.Form.TANH)), Reshape.of(3, 2), new Softmax(), new Silu(),
                Gelu.of(), new Tanh(), new Sigmoid(), new Flatten(), Dense.of(2));
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Network network = Judge.network(model, new long[] {7, 10, 2}, type);
            byte[] file = Judge.written(model, new long[] {7, 10, 2}, Judge.weights(network), OnnxOptions.NONE);
            List<Layer> read = Read.bytes(file).model().orElseThrow().read().layers();
            // A momentum is of no use in an evaluation; the single operators of float64 do not say it.
            List<Layer> expected = new ArrayList<>(model.layers());
            expected.set(1, new BatchNorm(type == ElementType.F32 ? 0.03 : 0.1, 1e-3));
            assertThat(read).isEqualTo(expected);
        }
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
