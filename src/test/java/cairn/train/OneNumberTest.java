package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.data.source.DataFolders;
import cairn.metrics.Scores;
import cairn.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same rows and the same weights have one loss, wherever it is computed. */
class OneNumberTest {
    private static final Recipe CLASSES = Recipe.parse("""
            name: classes
            dtype: float64
            data: {set: blobs, rows: 90, classes: 3, batch-size: 90, validation: 18, test: 18}
            model: [dense: {units: 5}, tanh, dense: {units: 3}]
            optimizer: {rule: sgd, learning-rate: 0.1}
            """, "test");

    @TempDir
    private Path folder;

    /** Two targets of real numbers. */
    private Recipe reals() throws IOException {
        StringBuilder rows = new StringBuilder("x,y,a,b\n");
        for (int i = 0; i < 90; i++) {
            rows.append(i / 90.0).append(',').append(i * 7 % 11).append(',').append(StrictMath.sin(i)).append(',').append(i % 5).append('\n');
        }
        Path file = Files.writeString(folder.resolve("rows.csv"), rows);
        return CLASSES.with(List.of("data={set: csv, file: '" + file + "', targets: [a, b], batch-size: 90, validation: 18, test: 18}",
                "model=[dense: {units: 5}, tanh, dense: {units: 2}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax-cross-entropy", "{rule: softmax-cross-entropy, label-smoothing: 0.2}",
        "{rule: softmax-cross-entropy, class-weights: [4.0, 4.0, 4.0]}", "{rule: softmax-cross-entropy, class-weights: [0.5, 1.0, 7.0]}",
        "{rule: softmax-cross-entropy, class-weights: [0.0, 1.0, 2.0], label-smoothing: 0.1}", "sigmoid-cross-entropy",
        "mean-squared-error", "mean-absolute-error", "{rule: huber, delta: 0.5}"})
    void theTrainingLossOfAStepIsTheEvaluationOfItsRowsBeforeIt(String loss) throws IOException {
        for (int parts : new int[] {1, 4}) {
            Recipe recipe = (loss.contains("entropy") ? CLASSES : reals()).with(List.of("loss=" + loss, "data.micro-batches=" + parts));
            TrainingData data = TrainingData.open(recipe, DataFolders.of());
            try (Trainer trainer = Trainer.fresh(recipe, data)) {
                for (int i = 0; i < 3; i++) {
                    double evaluated = trainer.evaluate(data.splits().train()).loss().value();
                    Scores scores = Predictor.of(recipe, trainer.snapshot()).scores(data, "train");
                    assertThat(trainer.step().loss()).as("%s in %d parts", loss, parts).isCloseTo(evaluated, within(1e-12 * evaluated));
                    assertThat(scores.evaluation().loss().value()).isEqualTo(evaluated);
                    assertThat(IntStream.range(0, scores.rows()).mapToDouble(scores::loss).average().orElseThrow())
                            .isCloseTo(evaluated, within(1e-12 * evaluated));
                }
            }
        }
    }

    /** Of equal logits the loss is ln K, whatever the smoothing and the weights: targets are numbers of 64 bits too. */
    @ParameterizedTest
    @ValueSource(strings = {"{rule: softmax-cross-entropy, label-smoothing: 0.1}",
        "{rule: softmax-cross-entropy, class-weights: [0.3, 0.3, 0.3], label-smoothing: 0.7}"})
    void targetsOf64BitsAreExact(String loss) throws IOException {
        Recipe recipe = CLASSES.with(List.of("dtype=float64", "loss=" + loss, "model=[dense: {units: 3, init: zeros}]"));
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.of()))) {
            assertThat(trainer.step().loss()).isCloseTo(Math.log(3), within(1e-14));
        }
    }
}
