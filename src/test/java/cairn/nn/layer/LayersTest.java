package cairn.nn.layer;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Parameter;
import cairn.nn.Program;
import cairn.nn.init.He;
import cairn.nn.loss.MeanSquaredError;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Properties of single layers, beyond the contract of all. */
class LayersTest {

    private static Bench bench(Layer layer, int batch, long... in) {
        return new Bench(layer, in, batch, ElementType.F64);
    }

    // --- dropout

    @Test
    void dropoutKeepsTheMeanAndScalesGradientsByTheSameMask() {
        Bench t = bench(Dropout.of(0.25), 200, 100);
        t.x().fill(1);
        t.dy().fill(1);
        double[] mask = t.forward();
        assertThat(DoubleStream.of(mask).average().orElseThrow()).isCloseTo(1, within(4 * Math.sqrt(0.25 / 0.75 / mask.length)));
        t.backward();
        assertThat(t.dx().toDoubles()).isEqualTo(mask);
    }

    @Test
    void dropoutDrawsAnotherMaskForAnotherStepAndForAnotherLayer() {
        Layer two = Sequential.of(Dropout.of(0.5), Dropout.of(0.5));
        Bench t = bench(Dropout.of(0.5), 10, 40);
        t.x().fill(1);
        double[] one = t.forward();
        t.training.forward(Bench.KEY.fold(1));
        assertThat(t.training.output().toDoubles()).isNotEqualTo(one);
        // Were the masks of both layers equal, half of the elements would be kept; a quarter is.
        Bench both = bench(two, 100, 100);
        both.x().fill(1);
        long kept = DoubleStream.of(both.forward()).filter(v -> v != 0).count();
        assertThat(kept / 10_000.0).isCloseTo(0.25, within(4 * Math.sqrt(0.25 * 0.75 / 10_000)));
    }

    @Test
    void dropoutOfAnEvaluationIsTheInputItself() {
        Bench t = bench(Dropout.of(0.5), 3, 7);
        Program evaluation = t.evaluation();
        evaluation.forward(Bench.KEY);
        assertThat(evaluation.output().toDoubles()).isEqualTo(t.x().toDoubles());
    }

    // --- normalization

    @Test
    void batchNormGivesEachChannelMeanBetaAndDeviationGamma() {
        Bench t = bench(BatchNorm.of(), 50, 3, 2, 4);
        double[] y = t.forward();
        double[] gamma = t.w("gamma").toDoubles();
        double[] beta = t.w("beta").toDoubles();
        for (int c = 0; c < 4; c++) {
            int channel = c;
            double[] values = IntStream.range(0, y.length / 4).mapToDouble(i -> y[i * 4 + channel]).toArray();
            double mean = DoubleStream.of(values).average().orElseThrow();
            double variance = DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            assertThat(mean).isCloseTo(beta[c], within(1e-12));
            assertThat(Math.sqrt(variance)).isCloseTo(Math.abs(gamma[c]), within(1e-4));
        }
    }

    /** Field bug 15: running statistics are state: they are saved and restored, and the next evaluation has the same bits. */
    @Test
    void runningStatisticsAreStateAndComeBack() {
        Bench t = new Bench(Sequential.of(Dense.of(6), BatchNorm.of(), new Relu()), new long[] {4}, 16, ElementType.F32);
        for (int step = 0; step < 5; step++) {
            t.training.forward(Bench.KEY.fold(step));
        }
        String path = "1.sequential/1.batch-norm/running-";
        State saved = State.of(t.network);
        assertThat(saved.entries()).containsKeys(path + "mean", path + "var");
        assertThat(t.network.buffers().view(path + "mean").toDoubles()).doesNotContain(0);
        Program evaluation = t.evaluation();
        evaluation.forward(Bench.KEY);
        double[] expected = evaluation.output().toDoubles();
        Bench fresh = new Bench(Sequential.of(Dense.of(6), BatchNorm.of(), new Relu()), new long[] {4}, 16, ElementType.F32);
        saved.into(fresh.network);
        Program restored = fresh.evaluation();
        restored.forward(Bench.KEY);
        assertThat(restored.output().toDoubles()).isEqualTo(expected);
        assertThat(State.of(fresh.network).digest()).isEqualTo(saved.digest());
    }

    @Test
    void batchNormOfOneValuePerChannelTakesTheRunningStatisticsAndLeavesThem() {
        Bench t = bench(BatchNorm.of(), 1, 5);
        t.buffer("running-mean").set(Samples.numbers(5, "mean"));
        t.buffer("running-var").set(new double[] {1, 2, 3, 4, 5});
        State before = State.of(t.network);
        double[] trained = t.forward();
        assertThat(State.of(t.network).digest()).isEqualTo(before.digest());
        Program evaluation = t.evaluation();
        evaluation.forward(Bench.KEY);
        assertThat(trained).isEqualTo(evaluation.output().toDoubles());
    }

    @Test
    void batchNormOfAConstantChannelIsFinite() {
        Bench t = new Bench(BatchNorm.of(), new long[] {3}, 8, ElementType.F32);
        t.x().fill(1e4);
        assertThat(t.forward()).isEqualTo(repeated(t.w("beta").toDoubles(), 8));
        assertThat(DoubleStream.of(t.backward()).allMatch(Double::isFinite)).isTrue();
    }

    /** A mean far above the deviation, as with raw pixels: E[x²] - E[x]² would have lost every digit in float. */
    @Test
    void normalizationSurvivesALargeMeanInFloat() {
        for (Layer layer : List.of(BatchNorm.of(), LayerNorm.of())) {
            Bench near = new Bench(layer, new long[] {32}, 32, ElementType.F32);
            double[] x = Arrays.stream(near.x().toDoubles()).map(v -> Math.rint(v * 64) / 64).toArray();
            near.x().set(x);
            double[] expected = near.forward();
            Bench far = new Bench(layer, new long[] {32}, 32, ElementType.F32);
            far.x().set(Arrays.stream(x).map(v -> v + 8192).toArray());
            assertClose(layer.kind(), far.forward(), expected, 2e-3, 1);
        }
    }

    private static double[] repeated(double[] row, int times) {
        double[] all = new double[row.length * times];
        Arrays.setAll(all, i -> row[i % row.length]);
        return all;
    }

    // --- activations far from 0

    @Test
    void activationsAreFiniteFarFromZeroInFloat() {
        for (Layer layer : List.of(new Relu(), LeakyRelu.of(), Elu.of(), Gelu.of(), new Gelu(Gelu.Form.TANH), new Silu(), new Sigmoid(),
                new Tanh(), new Softplus(), new Softmax())) {
            Bench t = new Bench(layer, new long[] {8}, 1, ElementType.F32);
            t.x().set(new double[] {-1e4, -800, -101, -20, 20, 101, 800, 1e4});
            assertThat(DoubleStream.of(t.forward()).allMatch(Double::isFinite)).as(layer.kind()).isTrue();
            t.backward();
            assertThat(DoubleStream.of(t.dx().toDoubles()).allMatch(Double::isFinite)).as("gradient of " + layer.kind()).isTrue();
        }
    }

    @Test
    void softplusIsTheIdentityFarUpAndTheExponentialFarDown() {
        Bench t = new Bench(new Softplus(), new long[] {4}, 1, ElementType.F32);
        t.x().set(new double[] {-80, -20, 101, 1e6});
        assertClose("softplus", t.forward(), new double[] {Math.exp(-80), Math.exp(-20), 101, 1e6}, 1e-6, 0);
    }

    @Test
    void softmaxRowsSumToOneForAnyLogits() {
        Bench t = new Bench(new Softmax(), new long[] {4}, 3, ElementType.F32);
        t.x().set(new double[] {1e4, -1e4, 0, 1e4, 3, 3, 3, 3, -300, -301, -302, -1e4});
        double[] y = t.forward();
        assertThat(Arrays.copyOf(y, 8)).isEqualTo(new double[] {0.5, 0, 0, 0.5, 0.25, 0.25, 0.25, 0.25});
        assertThat(y[8] + y[9] + y[10] + y[11]).isCloseTo(1, within(1e-6));
    }

    // --- names, shapes, settings

    @Test
    void layersAreNamedInKebabCase() {
        assertThat(List.of(MaxPool2d.of(2), new GlobalAveragePool2d(), Conv2d.of(1, 1), BatchNorm.of(), LeakyRelu.of()))
                .extracting(Layer::kind)
                .containsExactly("max-pool2d", "global-average-pool2d", "conv2d", "batch-norm", "leaky-relu");
    }

    @Test
    void parametersAreNamedByTheirPlaceInTheModel() {
        Layer model = Sequential.of(Conv2d.of(4, 3), BatchNorm.of(),
                new Residual(List.of(Conv2d.of(8, 3)), List.of(Conv2d.of(8, 1))), new GlobalAveragePool2d(), Dense.of(2));
        assertThat(model.parameters(new long[] {6, 6, 1})).extracting(Parameter::name).containsExactly(
                "0.conv2d/weight", "0.conv2d/bias", "1.batch-norm/gamma", "1.batch-norm/beta",
                "2.residual/body/0.conv2d/weight", "2.residual/body/0.conv2d/bias",
                "2.residual/projection/0.conv2d/weight", "2.residual/projection/0.conv2d/bias", "4.dense/weight", "4.dense/bias");
        assertThat(model.parameters(new long[] {6, 6, 1})).filteredOn(Parameter::decays).extracting(Parameter::name)
                .allSatisfy(name -> assertThat(name).endsWith("weight")).hasSize(4);
    }

    @Test
    void wrongShapesAreRefusedWithTheWayOut() {
        refused(() -> Conv2d.of(2, 3).outputShape(new long[] {16}), "[height, width, channels]", "[16]", "reshape");
        refused(() -> new Conv2d(2, 5, 1, Padding.VALID, 1, true, new He()).outputShape(new long[] {4, 9, 1}), "kernel 5", "4 x 9", "same");
        refused(() -> new Conv2d(2, 3, 1, Padding.VALID, 3, true, new He()).outputShape(new long[] {5, 5, 1}), "dilation 3");
        refused(() -> MaxPool2d.of(3).outputShape(new long[] {2, 2, 1}), "max-pool2d", "3");
        refused(() -> new GlobalAveragePool2d().outputShape(new long[] {4}), "global-average-pool2d");
        refused(() -> Reshape.of(3, 3).outputShape(new long[] {10}), "10", "9", "[3, 3]");
        refused(() -> Residual.of(Dense.of(3)).outputShape(new long[] {4}), "[3]", "[4]", "add one", "dense");
        refused(() -> Residual.of(Conv2d.of(8, 3)).outputShape(new long[] {4, 4, 2}), "conv2d: {filters: 8, kernel: 1");
        refused(() -> new Residual(List.of(Dense.of(3)), List.of(Dense.of(2))).outputShape(new long[] {4}), "the projection [2]");
        refused(() -> Sequential.of(new Relu(), Residual.of(new Tanh(), Conv2d.of(1, 1))).parameters(new long[] {5}),
                "1.residual: 1.conv2d: ");
        refused(() -> new Network(Conv2d.of(2, 3), new long[] {16}, ElementType.F32, Key.of(1)), "[height, width, channels]");
    }

    @Test
    void wrongSettingsAreRefusedByName() {
        refused(() -> Dense.of(0), "units", "0");
        refused(() -> Conv2d.of(0, 3), "filters");
        refused(() -> Conv2d.of(3, -1), "kernel", "-1");
        refused(() -> new Conv2d(1, 1, 0, Padding.SAME, 1, true, new He()), "stride");
        refused(() -> new Conv2d(1, 1, 1, Padding.SAME, 0, true, new He()), "dilation");
        refused(() -> MaxPool2d.of(0), "window");
        refused(() -> Dropout.of(1), "rate", "1.0");
        refused(() -> Dropout.of(Double.NaN), "rate", "NaN");
        refused(() -> new BatchNorm(0, 1e-5), "momentum");
        refused(() -> new BatchNorm(0.1, 0), "epsilon");
        refused(() -> new LayerNorm(-1), "epsilon");
        refused(() -> new LeakyRelu(Double.NaN), "slope");
        refused(() -> new Elu(Double.POSITIVE_INFINITY), "alpha");
        refused(() -> Reshape.of(2, 0), "shape");
        refused(() -> new Residual(List.of(), List.of()), "body");
    }

    private static void refused(ThrowingCallable call, String... saying) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).message().contains(saying);
    }

    // --- networks

    @Test
    void initialWeightsDependOnTheirPathAndTheKeyAlone() {
        Key key = Key.of(5);
        Network one = new Network(Sequential.of(Dense.of(3), Dense.of(3)), new long[] {3}, ElementType.F64, key);
        Network wider = new Network(Sequential.of(Dense.of(3), Dense.of(7)), new long[] {3}, ElementType.F64, key);
        double[] first = one.parameters().view("0.dense/weight").toDoubles();
        assertThat(wider.parameters().view("0.dense/weight").toDoubles()).isEqualTo(first);
        assertThat(one.parameters().view("1.dense/weight").toDoubles()).isNotEqualTo(first);
        assertThat(first).isEqualTo(new He().values(new long[] {3, 3}, key.fold("0.dense/weight")));
    }

    @Test
    void anEvaluationTakesTheWeightsItIsGiven() {
        Network network = new Network(Dense.of(2), new long[] {3}, ElementType.F64, Key.of(5));
        ParameterVector average = new ParameterVector(network.parameters().layout(), ElementType.F64);
        Program evaluation = network.evaluation(2, new WeightedSum(), average);
        evaluation.x().fill(1);
        evaluation.forward(Bench.KEY);
        assertThat(evaluation.output().toDoubles()).containsOnly(0);
        average.flat().fill(1);
        evaluation.forward(Bench.KEY);
        assertThat(evaluation.output().toDoubles()).containsOnly(4);
        assertThatThrownBy(() -> evaluation.backward(Bench.KEY, 1)).isInstanceOf(IllegalStateException.class);
    }

    /**
     * Large enough that every native library divides the work among its threads; and no result may depend on objects that the collector
     * moves.
     */
    @Test
    void aNetworkOfRealSizeRepeatsItsBits() {
        Layer model = Sequential.of(Conv2d.of(16, 3), BatchNorm.of(), new Relu(), MaxPool2d.of(2), Dropout.of(0.2),
                new Residual(List.of(Conv2d.of(32, 3)), List.of(Conv2d.of(32, 1))), new GlobalAveragePool2d(), Dense.of(10));
        String[] digests = new String[2];
        for (int run = 0; run < 2; run++) {
            Network network = new Network(model, new long[] {28, 28, 1}, ElementType.F32, Key.of(5));
            ParameterVector gradient = new ParameterVector(network.parameters().layout(), ElementType.F32);
            Program wired = network.training(32, new MeanSquaredError(), gradient);
            wired.x().set(Samples.numbers(wired.x().size(), "x"));
            for (int step = 0; step < 3; step++) {
                if (run == 1) {
                    System.gc();
                }
                wired.forward(Bench.KEY.fold(step));
                wired.backward(Bench.KEY.fold(step), 1 / 32.0);
            }
            digests[run] = State.of(network).digest() + State.of(gradient).digest();
        }
        assertThat(digests[1]).isEqualTo(digests[0]);
    }

    @Test
    void wiringsOfEveryBatchSizeShareTheWeights() {
        Network network = new Network(Sequential.of(Dense.of(4), new Relu(), Dense.of(2)), new long[] {3}, ElementType.F64, Key.of(5));
        ParameterVector gradient = new ParameterVector(network.parameters().layout(), ElementType.F64);
        double[] x = Samples.numbers(12, "x");
        double[] all = new double[0];
        double[] sum = new double[(int) gradient.flat().size()];
        for (int batch : new int[] {4, 1}) {
            Program wired = network.training(batch, new MeanSquaredError(), gradient);
            for (int at = 0; at < 4; at += batch) {
                wired.x().set(Arrays.copyOfRange(x, 3 * at, 3 * (at + batch)));
                wired.forward(Bench.KEY);
                wired.backward(Bench.KEY, 0.25);
                double[] g = gradient.flat().toDoubles();
                if (batch == 4) {
                    all = g;
                } else {
                    Arrays.setAll(sum, i -> sum[i] + g[i]);
                }
            }
        }
        assertClose("gradient of four rows, at once and one by one", sum, all, 1e-12, 1);
    }
}
