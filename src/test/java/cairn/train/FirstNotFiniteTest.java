package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.CorruptedBatches;
import cairn.data.source.BuiltInData;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.recipe.Recipe;
import cairn.recipe.Recovery;
import cairn.recovery.Fault;
import cairn.recovery.TrainingFaultException;
import cairn.state.State;
import cairn.tensor.op.Elementwise;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A number that is not finite is reported with the layer that made it, wherever that is. */
@Tag("device")
class FirstNotFiniteTest {

    /** y = x · 1e30 and again, so that the output overflows. */
    record Far() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.scale(t.x(), 1e30, t.y()), Elementwise.scale(t.y(), 1e30, t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()));
        }
    }

    private static Trainer trainer(Layer... model) throws IOException {
        return Trainer.fresh(Recipe.named("first").data(new BuiltInData.Iris()).batchSize(16).model(model).build());
    }

    @ParameterizedTest
    @CsvSource({"0, 0.far", "1, 1.far", "2, 2.far", "3, 3.far"})
    void theFirstLayerIsNamed(int at, String path) throws IOException {
        Layer[] model = {Dense.of(4), new Relu(), Dense.of(4), Dense.of(3)};
        model[at] = new Far();
        if (at == 3) {
            model[2] = Dense.of(3);
        }
        try (Trainer trainer = trainer(model)) {
            State before = trainer.snapshot();
            assertThatThrownBy(trainer::step).isInstanceOf(TrainingFaultException.class)
                    .hasMessageContaining("the output of layer " + path + " is the first that is not finite, in ")
                    .hasMessageContaining(" of 16 rows");
            assertThat(trainer.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void insideAContainerTheInnerLayerIsNamed() throws IOException {
        try (Trainer trainer = trainer(Dense.of(4), Residual.of(Dense.of(4), new Far(), new Relu()), Dense.of(3))) {
            assertThatThrownBy(trainer::step).hasMessageContaining(".far is the first that is not finite").hasMessageContaining("1.residual/");
        }
    }

    @Test
    void featuresThatAreNotFiniteAreNoFaultOfALayer() throws IOException {
        Recipe recipe = Recipe.named("first").data(new BuiltInData.Iris()).batchSize(16).model(Dense.of(3))
                .poison(new CorruptedBatches(List.of(2L), 1e39)).build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            trainer.trainTo(2);
            assertThatThrownBy(trainer::step).hasMessageContaining("the features of the batch are not finite");
        }
    }

    @Test
    void aBatchWithoutWeightHasItsOwnWords() throws IOException {
        Recipe recipe = Recipe.named("weights").data(new BuiltInData.Iris()).batchSize(1).model(new Relu(), Dense.of(3))
                .loss(new SoftmaxCrossEntropy(0, List.of(0.0, 1.0, 1.0))).build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            assertThatThrownBy(() -> trainer.trainTo(40)).isInstanceOfSatisfying(TrainingFaultException.class,
                            e -> assertThat(e.fault().kind()).isEqualTo(Fault.Kind.NON_FINITE_MEAN))
                    .hasMessageStartingWith("all rows of the batch have weight 0").hasMessageContaining("loss.class-weights")
                    .hasMessageContaining("recovery: {}");
        }
        try (Trainer trainer = Trainer.fresh(recipe.toBuilder().recovery(new Recovery(0, 1, 100, true, Optional.empty())).build())) {
            trainer.trainTo(60);
            assertThat(trainer.snapshot().text("recovery/interventions")).contains("non-finite-mean at ");
        }
    }

    @Test
    void theLayersInAContainerComeBeforeIt() throws IOException {
        try (Trainer trainer = trainer(Sequential.of(Sequential.of(Dense.of(4), new Far())), Dense.of(3))) {
            assertThatThrownBy(trainer::step).hasMessageContaining("/1.far is the first");
        }
    }
}
