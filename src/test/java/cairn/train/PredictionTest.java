package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.data.source.DataFolders;
import cairn.metrics.Evaluation;
import cairn.nn.loss.MeanSquaredError;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.recipe.Recipe;
import cairn.state.RestoreException;
import cairn.state.State;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTest {
    private static final DataFolders NONE = DataFolders.of();

    @Test
    void choicesAreOrderedAndTiesKeepTheirOrder() {
        Prediction p = Prediction.of(List.of("a", "b", "c", "d"), new double[] {0.2, 0.3, 0.3, 0.2});
        assertThat(p.choices()).extracting(Prediction.Choice::name).containsExactly("b", "c", "a", "d");
        assertThat(p.best().probability()).isEqualTo(0.3);
    }

    @Test
    void aLossTurnsOutputsIntoProbabilities() {
        float[] y = {1, 3, -2};
        double[] softmax = SoftmaxCrossEntropy.of().probabilities(y);
        double sum = Math.exp(1) + Math.exp(3) + Math.exp(-2);
        assertThat(softmax).containsExactly(new double[] {Math.exp(1) / sum, Math.exp(3) / sum, Math.exp(-2) / sum}, within(1e-15));
        assertThat(SoftmaxCrossEntropy.of().probabilities(new float[] {1e38f, -1e38f})).containsExactly(1, 0);
        assertThat(new SigmoidCrossEntropy().probabilities(y))
                .containsExactly(new double[] {1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(2))}, within(1e-15));
        assertThat(new SigmoidCrossEntropy().probabilities(new float[] {1e38f, -1e38f})).containsExactly(1, 0);
        assertThat(new MeanSquaredError().probabilities(y)).containsExactly(1, 3, -2);
    }

    @Test
    void predictionsAreThoseOfTheTrainedModel() throws IOException {
        Recipe recipe = Recipe.parse("""
                name: blobs
                data: {set: blobs, rows: 90, classes: 3, noise: 0.2, batch-size: 15, test: 30}
                model: [{dense: {units: 3}}]
                optimizer: {rule: adam, learning-rate: 0.1}
                """, "test");
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, NONE))) {
            for (int i = 0; i < 60; i++) {
                trainer.step();
            }
            State state = trainer.snapshot();
            Predictor predictor = Predictor.of(recipe, state);
            var test = trainer.data().splits().test();
            List<Prediction> predictions = predictor.predictions(test);
            long right = 0;
            for (int i = 0; i < test.size(); i++) {
                right += predictions.get(i).best().name().equals(Integer.toString(test.label(i))) ? 1 : 0;
            }
            Evaluation.Classification measured = (Evaluation.Classification) trainer.evaluate(test);
            assertThat((double) right / test.size()).isEqualTo(measured.accuracy().value()).isGreaterThan(0.9);

            assertThat(predictor.evaluate(TrainingData.open(recipe, NONE), "test").loss()).isEqualTo(measured.loss());
            TrainingData others = TrainingData.open(recipe.with(List.of("data.seed=2")), NONE);
            assertThatThrownBy(() -> predictor.evaluate(others, "test")).isInstanceOf(RestoreException.class)
                    .hasMessageContaining("data/digest");
            assertThatThrownBy(() -> Predictor.of(recipe.with(List.of("seed=3")), state)).isInstanceOf(RestoreException.class)
                    .hasMessageContaining("recipe/digest");
        }
    }

    @Test
    void thisMachineIsExact() throws IOException {
        List<SelfTest.Check> checks = SelfTest.check(6);
        assertThat(checks).hasSize(4).allMatch(SelfTest.Check::holds);
        assertThat(checks.get(0).found()).as("training moved").isNotEqualTo(checks.get(1).found());
    }
}
