package cairn.nn;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.nn.init.He;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Bench;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Tanh;
import cairn.nn.loss.MeanSquaredError;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that training does not change, at every place of a model. */
class FrozenTest {
    private static final long[] IN = {4, 4, 2};
    private static final int BATCH = 3;
    private static final Layer MODEL = Sequential.of(new Conv2d(3, 3, 1, Padding.SAME, 1, true, new He()), BatchNorm.of(), new Silu(),
            Residual.of(new Conv2d(3, 3, 1, Padding.SAME, 1, false, new He()), BatchNorm.of(), new Silu()), LayerNorm.of(), new Flatten(),
            Dense.of(5), new Tanh(), Dense.of(2));

    static List<String> layers() {
        return List.copyOf(Frozen.candidates(MODEL, IN));
    }

    /** A network with layers frozen, and the gradient of its loss. */
    private static final class Training {
        final Network network;
        final ParameterVector gradient;
        final Program wired;

        Training(Frozen frozen) {
            network = new Network(MODEL, IN, ElementType.F64, Key.of(4), frozen);
            gradient = new ParameterVector(network.trained().layout(), ElementType.F64);
            wired = network.training(BATCH, new MeanSquaredError(), gradient);
            for (Layout.Place p : network.parameters().layout().places()) {
                network.parameters().view(p.name()).set(Samples.numbers(p.size(), p.name()));
            }
            wired.x().set(Samples.numbers(wired.x().size(), "x"));
            wired.target().set(Samples.numbers(wired.target().size(), "target"));
        }

        double loss() {
            wired.forward(Bench.KEY);
            return wired.lossSum().value();
        }

        void backward() {
            wired.backward(Bench.KEY, 1);
        }
    }

    @Test
    void candidatesAreWhatHasSomethingToFreezeAndWhatHoldsIt() {
        assertThat(layers()).containsExactly("0.conv2d", "1.batch-norm", "3.residual", "3.residual/body", "3.residual/body/0.conv2d",
                "3.residual/body/1.batch-norm", "4.layer-norm", "6.dense", "8.dense");
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theGradientsOfTheOtherLayersAreThoseOfTheModelAsItIsThen(String layer) {
        Training t = new Training(Frozen.of(List.of(layer)));
        t.loss();
        t.backward();
        assertThat(t.gradient.layout().places()).extracting(Layout.Place::name).isNotEmpty().noneMatch(n -> n.startsWith(layer + "/"));
        for (Layout.Place p : t.gradient.layout().places()) {
            Array w = t.network.parameters().view(p.name());
            double[] at = w.toDoubles();
            double[] quotients = new double[at.length];
            for (int i = 0; i < at.length; i++) {
                double h = 1e-6;
                double[] moved = at.clone();
                moved[i] = at[i] + h;
                w.set(moved);
                double above = t.loss();
                moved[i] = at[i] - h;
                w.set(moved);
                quotients[i] = (above - t.loss()) / (2 * h);
            }
            w.set(at);
            // Errors of the quotient: h² times the third derivative, and rounding of the loss over h.
            assertClose(layer + " frozen: " + p.name(), t.gradient.view(p.name()).toDoubles(), quotients, 1e-6, 10);
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void withoutNormalizationInItThereIsNoDifferenceToAnUnfrozenModelButWhatIsLeftOut(String layer) {
        Training all = new Training(Frozen.NOTHING);
        Training t = new Training(Frozen.of(List.of(layer)));
        boolean normalizes = layer.contains("batch-norm") || layer.equals("3.residual") || layer.equals("3.residual/body");
        assertThat(t.loss() == all.loss()).as("batch normalization goes by its running statistics").isEqualTo(!normalizes);
        if (!normalizes) {
            all.backward();
            t.backward();
            for (Layout.Place p : t.gradient.layout().places()) {
                assertThat(t.gradient.view(p.name()).toDoubles()).as(p.name()).isEqualTo(all.gradient.view(p.name()).toDoubles());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void buffersStayAndTheOthersMove(String layer) {
        Training t = new Training(Frozen.of(List.of(layer)));
        State before = State.of(t.network.buffers());
        t.loss();
        t.backward();
        State after = State.of(t.network.buffers());
        for (String path : before.entries().keySet()) {
            assertThat(after.tensor(path).equals(before.tensor(path))).as(path).isEqualTo(path.startsWith(layer + "/"));
        }
    }

    /** A frozen layer computes as in an evaluation: the same output, bit for bit. */
    @Test
    void aModelOfWhichOnlyTheHeadIsTrainedGivesWhatAnEvaluationGives() {
        Training t = new Training(Frozen.of(List.of("0.conv2d", "1.batch-norm", "3.residual", "4.layer-norm", "6.dense")));
        t.loss();
        Program evaluation = t.network.evaluation(BATCH, new MeanSquaredError(), t.network.parameters());
        evaluation.x().set(t.wired.x().toDoubles());
        evaluation.forward(Bench.KEY);
        assertThat(t.wired.output().toDoubles()).isEqualTo(evaluation.output().toDoubles());
    }
}
