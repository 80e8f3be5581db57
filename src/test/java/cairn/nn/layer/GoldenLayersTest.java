package cairn.nn.layer;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.GoldenValues;
import cairn.nn.Layer;
import cairn.nn.Program;
import cairn.state.ElementType;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers against PyTorch, in double. Numbers within 1e-9 of the expected ones, or, where those are below 1e-6, within 1e-15: tails of
 * 1 + erf and of e^x - 1 have that many correct digits in PyTorch too. Convolutions are in the test of tensor.op.
 */
class GoldenLayersTest {
    private static final GoldenValues GOLDEN = GoldenValues.of("layers");
    private static final Map<String, Layer> ACTIVATIONS = Map.of(
            "relu", new Relu(), "leaky-relu", LeakyRelu.of(), "elu", Elu.of(), "gelu", Gelu.of(),
            "gelu-tanh", new Gelu(Gelu.Form.TANH), "silu", new Silu(), "softplus", new Softplus(), "sigmoid", new Sigmoid(),
            "tanh", new Tanh(), "softmax", new Softmax());

    /** The layer under test with the x, dy and parameters of the case, each parameter under its golden name. */
    private static Bench bench(Layer layer, GoldenValues c, Map<String, String> parameters) {
        long[] x = c.shape("x");
        Bench t = new Bench(layer, Arrays.copyOfRange(x, 1, x.length), (int) x[0], ElementType.F64);
        t.x().set(c.flat("x"));
        t.dy().set(c.flat("dy"));
        parameters.forEach((name, golden) -> t.w(name).set(c.flat(golden)));
        return t;
    }

    private static void assertEqual(String what, double[] found, double[] expected) {
        assertClose(what, found, expected, 1e-9, 1e-6);
    }

    private static void assertForwardAndBackward(Layer layer, String name, Map<String, String> parameters) {
        GoldenValues c = GOLDEN.under(name);
        Bench t = bench(layer, c, parameters);
        assertEqual(name + " y", t.forward(), c.flat("y"));
        t.backward();
        assertEqual(name + " dx", t.dx().toDoubles(), c.flat("dx"));
        parameters.forEach((parameter, golden) -> assertEqual(name + " d" + parameter, t.dw(parameter).toDoubles(), c.flat("d" + golden)));
    }

    @Test
    void dense() {
        assertForwardAndBackward(Dense.of(3), "linear", Map.of("weight", "w", "bias", "b"));
    }

    @Test
    void layerNorm() {
        assertForwardAndBackward(new LayerNorm(1e-5), "layer-norm", Map.of("gamma", "gamma", "beta", "beta"));
    }

    @Test
    void pooling() {
        assertForwardAndBackward(MaxPool2d.of(2), "max-pool-2-stride-2", Map.of());
        assertForwardAndBackward(new MaxPool2d(3, 2, Padding.VALID), "max-pool-3-stride-2", Map.of());
        assertForwardAndBackward(AveragePool2d.of(2), "average-pool-2-stride-2", Map.of());
    }

    @Test
    void batchNormTrainsAsPyTorchDoesAndMovesTheRunningStatistics() {
        GoldenValues c = GOLDEN.under("batch-norm-training");
        Layer layer = new BatchNorm(c.number("momentum"), c.number("epsilon"));
        Map<String, String> parameters = Map.of("gamma", "gamma", "beta", "beta");
        assertForwardAndBackward(layer, "batch-norm-training", parameters);
        Bench t = bench(layer, c, parameters);
        t.buffer("running-mean").set(c.flat("running-mean-before"));
        t.buffer("running-var").set(c.flat("running-variance-before"));
        t.forward();
        assertEqual("running mean", t.buffer("running-mean").toDoubles(), c.flat("running-mean-after"));
        assertEqual("running variance", t.buffer("running-var").toDoubles(), c.flat("running-variance-after"));
    }

    @Test
    void batchNormEvaluatesWithTheRunningStatistics() {
        GoldenValues c = GOLDEN.under("batch-norm-evaluation");
        Bench t = bench(new BatchNorm(0.1, c.number("epsilon")), c, Map.of("gamma", "gamma", "beta", "beta"));
        t.buffer("running-mean").set(c.flat("running-mean-before"));
        t.buffer("running-var").set(c.flat("running-variance-before"));
        Program evaluation = t.evaluation();
        evaluation.forward(Bench.KEY);
        assertEqual("y", evaluation.output().toDoubles(), c.flat("y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"relu", "leaky-relu", "elu", "gelu", "gelu-tanh", "silu", "softplus", "sigmoid", "tanh", "softmax"})
    void activation(String name) {
        GoldenValues c = GOLDEN.under("activations");
        Bench t = bench(ACTIVATIONS.get(name), c, Map.of());
        assertEqual(name + " y", t.forward(), c.flat(name + ".y"));
        t.backward();
        assertEqual(name + " dx", t.dx().toDoubles(), c.flat(name + ".dx"));
    }

    @Test
    void everyGoldenActivationIsTested() {
        assertThat(GOLDEN.under("activations").cases()).containsExactlyInAnyOrderElementsOf(ACTIVATIONS.keySet());
    }
}
