package cairn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.nn.init.He;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.loss.MeanSquaredError;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A layer or loss that forgets to list a part is refused when it is wired, wherever it stands, and the message names it. */
class WiringCheckTest {
    private static final int UNITS = 3;

    /** What the wire method of an own layer does. */
    private interface Body {
        void wire(Wiring t);
    }

    /** A layer of a user with this body; with a parameter if {@code isScaled}. */
    private record Own(boolean isScaled, Body body) implements Layer {
        @Override
        public List<Parameter> parameters(long[] in) {
            return isScaled ? List.of(new Parameter("gain", new long[] {UNITS}, new He(), true)) : List.of();
        }

        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            body.wire(t);
        }
    }

    private static void forward(Wiring t) {
        t.forward(Elementwise.square(t.x(), t.y()));
    }

    private static void backward(Wiring t) {
        t.backwardToInput(() -> Elementwise.multiply(t.x(), t.dy(), t.dx()));
    }

    /** By what is forgotten. */
    private static final Map<String, Layer> FORGETFUL = Map.of(
            "writes y()", new Own(false, t -> { }),
            "writes y() ", new Own(false, t -> {
                t.forward(Elementwise.square(t.x(), t.scratch(t.x().shape())));
                backward(t);
            }),
            "writes y()  ", new Own(false, t -> {
                t.y();
                backward(t);
            }),
            "writes dx()", new Own(false, WiringCheckTest::forward),
            "writes dx() ", new Own(false, t -> {
                forward(t);
                t.backwardToInput(() -> Elementwise.multiply(t.x(), t.dy(), t.scratch(t.x().shape())));
            }),
            "writes dx()  ", new Own(false, t -> {
                forward(t);
                t.dx();
            }),
            "writes dx()   ", new Own(false, t -> t.output(t.layer("inner", new Relu(), t.fork()))),
            "writes dw(\"gain\")", new Own(true, t -> {
                forward(t);
                backward(t);
            }),
            "outputShape says [3]", new Own(false, t -> t.output(t.layer("inner", new Reshape(List.of(UNITS, 1)), t.input()))));

    /** Models with a layer at every kind of place; before it stands a trained layer. */
    private static final Map<String, Function<Layer, Layer>> PLACES = Map.of(
            "1.own", own -> Sequential.of(Dense.of(UNITS), own, Dense.of(UNITS)),
            "2.own", own -> Sequential.of(Dense.of(UNITS), new Relu(), own),
            "1.sequential/0.own", own -> Sequential.of(Dense.of(UNITS), Sequential.of(own, Dense.of(UNITS))),
            "1.residual/body/0.own", own -> Sequential.of(Dense.of(UNITS), Residual.of(own, Dense.of(UNITS))),
            "1.residual/projection/0.own", own -> Sequential.of(Dense.of(UNITS),
                    new Residual(List.of(new Relu()), List.of(own))));

    static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        FORGETFUL.forEach((what, layer) -> PLACES.keySet().forEach(place -> all.add(Arguments.of(what, place))));
        return all.stream();
    }

    private static Program training(Layer model, Loss loss) {
        Network network = new Network(model, new long[] {UNITS}, ElementType.F32, Key.of(1), Frozen.NOTHING);
        return network.training(2, loss, new ParameterVector(network.trained().layout(), ElementType.F32));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aForgetfulLayerIsRefusedByNameAtEveryPlace(String what, String place) {
        assertThatThrownBy(() -> training(PLACES.get(place).apply(FORGETFUL.get(what)), new MeanSquaredError()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the layer " + place + " (" + Own.class.getName() + ")").hasMessageContaining(what.strip());
    }

    /** What needs no gradient need not write one; what forgets its output is refused in an evaluation too. */
    @Test
    void onlyWhatIsNeededMustBeListed() {
        Layer withoutBackward = FORGETFUL.get("writes dx()");
        training(Sequential.of(withoutBackward, Dense.of(UNITS)), new MeanSquaredError());
        Layer model = Sequential.of(Dense.of(UNITS), withoutBackward);
        Network network = new Network(model, new long[] {UNITS}, ElementType.F32, Key.of(1), Frozen.of(List.of("0.dense")));
        network.training(2, new MeanSquaredError(), new ParameterVector(network.trained().layout(), ElementType.F32));
        network.evaluation(2, new MeanSquaredError(), network.parameters());
        Network mute = new Network(FORGETFUL.get("writes y()"), new long[] {UNITS}, ElementType.F32, Key.of(1), Frozen.NOTHING);
        assertThatThrownBy(() -> mute.evaluation(2, new MeanSquaredError(), mute.parameters())).hasMessageContaining("writes y()");
        Layer unlearnt = FORGETFUL.get("writes dw(\"gain\")");
        Network frozen = new Network(Sequential.of(unlearnt), new long[] {UNITS}, ElementType.F32, Key.of(1), Frozen.of(List.of("0.own")));
        frozen.training(2, new MeanSquaredError(), new ParameterVector(frozen.trained().layout(), ElementType.F32));
    }

    /** A gradient of zero that is written, an output that is the input, and a container that adds its forks are complete. */
    @Test
    void completeLayersAreAccepted() {
        List<Layer> complete = List.of(
                new Own(false, t -> {
                    forward(t);
                    t.backwardToInput(() -> Elementwise.scale(t.dy(), 0, t.dx()));
                }),
                new Own(false, Wiring::passThrough), new Own(false, t -> t.output(t.input())),
                new Own(false, t -> {
                    Edge one = t.fork();
                    t.output(t.layer("inner", new Relu(), one));
                    t.backwardToInput(() -> Elementwise.copy(one.gradient(), t.dx()));
                }),
                new Own(true, t -> {
                    t.forward(Rows.multiplyPerColumn(t.x(), t.w("gain"), t.y()));
                    t.backward(() -> Elementwise.multiply(t.x(), t.dy(), t.scratch(t.x().shape())));
                    t.backwardToWeights(() -> Rows.sumOverRows(t.dy(), t.dw("gain")));
                    t.backwardToInput(() -> Rows.multiplyPerColumn(t.dy(), t.w("gain"), t.dx()));
                }));
        for (Layer layer : complete) {
            PLACES.values().forEach(place -> assertThat(training(place.apply(layer), new MeanSquaredError())).isNotNull());
        }
    }

    private record OwnLoss(boolean writesLoss, boolean writesGradient) implements Loss {
        @Override
        public void wire(LossWiring t) {
            if (writesLoss) {
                t.forward(Rows.sumOverColumns(t.x(), t.rowLoss()));
            }
            if (writesGradient) {
                t.backward(() -> Elementwise.copy(t.target(), t.dx()));
            }
        }
    }

    @Test
    void aForgetfulLossIsRefusedByName() {
        Layer model = Dense.of(UNITS);
        assertThatThrownBy(() -> training(model, new OwnLoss(false, true)))
                .hasMessageContaining("the loss " + OwnLoss.class.getName()).hasMessageContaining("rowLoss()");
        assertThatThrownBy(() -> training(model, new OwnLoss(true, false)))
                .hasMessageContaining("the loss " + OwnLoss.class.getName()).hasMessageContaining("dx()");
        training(model, new OwnLoss(true, true));
    }
}
