package cairn.interop.onnx;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.interop.onnx.OnnxOptions.Probabilities;
import cairn.interop.onnx.OnnxOptions.Scaling;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Wiring;
import cairn.nn.init.He;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.LayerCases;
import cairn.nn.layer.LayerCases.Case;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Softmax;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.op.Samples;
import cairn.train.Predictor;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX Runtime computes from a written file what Cairn computes. */
class OnnxWriterTest {

    static Stream<Case> layers() {
        return Stream.concat(LayerCases.all().stream(), more().stream());
    }

    /** What only matters here: where padding stands, and in which order dimensions are between layers. */
    private static List<Case> more() {
        return List.of(
                of(Sequential.of(new Conv2d(3, 3, 2, Padding.SAME, 1, true, new He()), new Flatten(), Dense.of(2)), 7, 4, 2),
                of(Sequential.of(new Conv2d(3, 4, 3, Padding.SAME, 1, true, new He())), 11, 8, 2),
                of(Sequential.of(new Conv2d(3, 3, 1, Padding.SAME, 3, true, new He())), 9, 8, 2),
                of(Sequential.of(new AveragePool2d(2, 1, Padding.SAME)), 5, 4, 3),
                of(Sequential.of(new MaxPool2d(2, 1, Padding.SAME)), 5, 4, 3),
                of(Sequential.of(Conv2d.of(3, 3), LayerNorm.of(), new Softmax(), MaxPool2d.of(2)), 5, 6, 2),
                of(Sequential.of(new Relu(), new Residual(List.of(Conv2d.of(2, 1)), List.of(LayerNorm.of()))), 3, 4, 2),
                of(Sequential.of(new Residual(List.of(LayerNorm.of()), List.of(new BatchNorm(0.1, 1e-2))), Dense.of(3)), 3, 4, 2),
                of(Sequential.of(Conv2d.of(5, 3), new GlobalAveragePool2d(), Dense.of(3)), 6, 4, 2));
    }

    private static Case of(Layer layer, long... in) {
        return new Case(layer, 3, true, in);
    }

    /** Operators that ONNX Runtime computes in float32 only. Files with them are judged by ONNX's own reference in check_onnx.py. */
    private static final Set<String> FLOAT32_ONLY = Set.of("Conv", "AveragePool", "GlobalAveragePool", "Elu", "Erf", "Softplus");
    private static final Pattern MISSING = Pattern.compile("Could not find an implementation for (\\w+)\\(");

    @ParameterizedTest
    @MethodSource("layers")
    void theRuntimeGivesTheSameOutputsInFloat32(Case c) throws OrtException {
        check(c, ElementType.F32, 1e-5);
    }

    /** A normalization comes first, because a model without tensors has no type. Its ε is no number of float32. */
    @ParameterizedTest
    @MethodSource("layers")
    void theRuntimeGivesTheSameOutputsInFloat64(Case c) throws OrtException {
        checkFloat64(new Case(Sequential.of(BatchNorm.of(), c.layer()), c.batch(), true, c.in()));
    }

    private static void checkFloat64(Case c) throws OrtException {
        try {
            check(c, ElementType.F64, 1e-12);
        } catch (OrtException e) {
            Matcher missing = MISSING.matcher(e.getMessage());
            assertThat(missing.find()).as(e.getMessage()).isTrue();
            assertThat(FLOAT32_ONLY).contains(missing.group(1));
        }
    }

    private static void check(Case c, ElementType type, double tolerance) throws OrtException {
        Network network = Judge.network(c.layer(), c.in(), type);
        byte[] file = Judge.written(c.layer(), c.in(), Judge.weights(network), OnnxOptions.NONE);
        double[] x = inputs(c.batch(), c.in());
        double[] expected = Judge.cairn(network, c.batch(), x);
        assertClose("y", Judge.runtime(file, type, c.batch(), c.in(), x), expected, tolerance, 1);
        assertThat(Judge.written(c.layer(), c.in(), Judge.weights(network), OnnxOptions.NONE)).isEqualTo(file);
    }

    private static double[] inputs(int batch, long... row) {
        return Samples.numbers(batch * LongStream.of(row).reduce(1, (a, b) -> a * b), "x");
    }

    static List<String> recipes() {
        return BuiltInRecipes.names();
    }

    static Case recipe(String name) {
        return new Case(new Sequential(BuiltInRecipes.get(name).model()), 3, true, row(name));
    }

    private static long[] row(String recipe) {
        return switch (recipe) {
            case "iris" -> new long[] {4};
            case "wine" -> new long[] {13};
            case "breast-cancer" -> new long[] {30};
            case "moons", "spirals", "discs" -> new long[] {2};
            case "digits" -> new long[] {8, 8, 1};
            default -> new long[] {28, 28, 1};
        };
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theRuntimeComputesTheModelsOfAllRecipes(String name) throws OrtException {
        check(recipe(name), ElementType.F32, 1e-5);
        checkFloat64(recipe(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "discs", "wine"})
    void aTrainedModelGivesTheSameProbabilitiesFromRawRows(String name) throws OrtException, IOException {
        Recipe recipe = BuiltInRecipes.get(name);
        try (Trainer trainer = Trainer.fresh(recipe)) {
            trainer.trainTo(40);
            DataSet rows = trainer.data().splits().test();
            Normalization fitted = Normalization.fit(recipe.data().normalize(), trainer.data().splits().train());
            float[][] outputs = Predictor.of(recipe, trainer.snapshot()).outputs(rows);
            double[] expected = Arrays.stream(outputs).flatMapToDouble(y -> DoubleStream.of(recipe.loss().probabilities(y))).toArray();

            State state = trainer.snapshot();
            State model = state.select("model").rename(path -> path.substring("model/".length()));
            State weights = model.overlay(state.select("average").rename(path -> path.substring("average/".length())));
            OnnxOptions options = new OnnxOptions(Optional.of(new Scaling(fitted.shifts(), fitted.divisors())), Optional.empty(),
                    name.equals("discs") ? Probabilities.SIGMOID : Probabilities.SOFTMAX, Map.of("step", "40"));
            Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
            weights.entries().forEach((path, value) -> tensors.put(path, (Value.Tensor) value));
            byte[] file = Judge.written(new Sequential(recipe.model()), rows.shape(), tensors, options);
            double[] x = new double[rows.size() * rows.featureCount()];
            for (int i = 0; i < rows.size(); i++) {
                double[] one = new double[rows.featureCount()];
                rows.features(i, one, 0);
                System.arraycopy(one, 0, x, i * one.length, one.length);
            }
            assertClose("probabilities", Judge.runtime(file, ElementType.F32, rows.size(), rows.shape(), x), expected, 1e-5, 1);
        }
    }

    @Test
    void numbersAreScaledAsPreciselyAsBeforeATraining() throws OrtException {
        double[] x = {1000.01, 1, 1000.03, 1, 999.98, 1};
        Scaling scaling = new Scaling(new double[] {1000.012345, 1}, new double[] {0.03, 1});
        OnnxOptions options = new OnnxOptions(Optional.of(scaling), Optional.empty(), Probabilities.NONE, Map.of());
        byte[] file = Judge.written(Sequential.of(), new long[] {2}, Map.of(), options);
        double[] y = Judge.runtime(file, ElementType.F32, 3, new long[] {2}, x);
        for (int i = 0; i < 6; i++) {
            double expected = ((float) x[i] - scaling.shifts()[i % 2]) / scaling.divisors()[i % 2];
            assertThat(y[i]).isCloseTo(expected, within(3e-7 * (1 + Math.abs(expected))));
        }
    }

    @Test
    void outputsAreGivenInTheUnitsOfTheTargets() throws OrtException {
        Scaling targets = new Scaling(new double[] {5, -7}, new double[] {2, 0.5});
        OnnxOptions options = new OnnxOptions(Optional.empty(), Optional.of(targets), Probabilities.NONE, Map.of());
        byte[] file = Judge.written(Sequential.of(new Relu()), new long[] {2}, Map.of(), options);
        assertThat(Judge.runtime(file, ElementType.F32, 2, new long[] {2}, new double[] {1, 2, -3, 4})).containsExactly(7, -6, 5, -5);
    }

    @Test
    void whatCannotBeWrittenIsRefusedByName() {
        Map<String, Value.Tensor> none = Map.of();
        assertThatThrownBy(() -> Judge.written(Sequential.of(new Relu(), new Own()), new long[] {2}, none, OnnxOptions.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1.own").hasMessageContaining(Own.class.getName());
        assertThatThrownBy(() -> Judge.written(Sequential.of(Dense.of(3)), new long[] {2}, none, OnnxOptions.NONE))
                .hasMessageContaining("0.dense/weight of shape [2, 3]").hasMessageContaining("none of that name");
        OnnxOptions softmax = new OnnxOptions(Optional.empty(), Optional.empty(), Probabilities.SOFTMAX, Map.of());
        assertThatThrownBy(() -> Judge.written(Sequential.of(new Relu()), new long[] {2, 2, 1}, none, softmax))
                .hasMessageContaining("[2, 2, 1]");
        OnnxOptions scaled = new OnnxOptions(Optional.of(new Scaling(new double[] {0, 1}, new double[] {1, 1})), Optional.empty(),
                Probabilities.NONE, Map.of());
        assertThatThrownBy(() -> Judge.written(Sequential.of(new Relu()), new long[] {3}, none, scaled)).hasMessageContaining("2 features");
    }

    @Test
    void aFileOfMoreThanTwoGibibytesIsRefusedBeforeItIsWritten() {
        Value.Tensor weight = new Value.Tensor(ElementType.F32, new long[] {1 << 12, 1 << 12}, ByteBuffer.allocateDirect(1 << 26));
        Sequential model = new Sequential(Collections.nCopies(32, new Dense(1 << 12, false, new He())));
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        IntStream.range(0, 32).forEach(i -> weights.put(i + ".dense/weight", weight));
        assertThatThrownBy(() -> Judge.written(model, new long[] {1 << 12}, weights, OnnxOptions.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("up to 2147483647");
    }

    /** A layer of a user's own. */
    private record Own() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.passThrough();
        }
    }
}
