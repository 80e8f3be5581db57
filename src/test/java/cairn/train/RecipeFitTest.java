package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a training begins, because it would train and mean nothing. */
class RecipeFitTest {
    private static final Recipe RECIPE = Recipe.parse("""
            name: fit
            data: {set: blobs, rows: 80, classes: 3, batch-size: 8, validation: 16, test: 16}
            model: [dense: {units: 3}]
            optimizer: {rule: sgd, learning-rate: 0.1}
            """, "test");

    private static Trainer trainer(String... changes) throws IOException {
        Recipe recipe = RECIPE.with(List.of(changes));
        return Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.standard()));
    }

    private static void trains(String... changes) throws IOException {
        try (Trainer trainer = trainer(changes)) {
            assertThat(trainer.step().step()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "sigmoid", "{sequential: {layers: [dense: {units: 3}, softmax]}}"})
    void probabilitiesBeforeALossThatTakesLogits(String last) throws IOException {
        for (String loss : List.of("softmax-cross-entropy", "sigmoid-cross-entropy")) {
            assertThatThrownBy(() -> trainer("model=[dense: {units: 3}, " + last + "]", "loss=" + loss)).isInstanceOf(RecipeException.class)
                    .hasMessageContainingAll("model.1", "takes logits", "leave this layer out");
            trains("model=[" + last + ", dense: {units: 3}]", "loss=" + loss);
        }
        if (!last.contains("sequential")) {
            trains("model=[dense: {units: 3}, " + last + "]", "loss=mean-squared-error");
        }
    }

    /** Each kind of layer around it; the running statistics would stay as they begin. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[dense: {units: 4}, batch-norm, dense: {units: 3}]|model.1",
        "[dense: {units: 4}, {residual: {body: [dense: {units: 4}, batch-norm]}}, dense: {units: 3}]|model.1",
        "[{sequential: {layers: [dense: {units: 4}, batch-norm]}}, dense: {units: 3}]|model.0",
    })
    void batchNormalizationOfOneValue(String model, String path) throws IOException {
        for (String parts : List.of("data.micro-batches=8", "data.batch-size=1")) {
            assertThatThrownBy(() -> trainer("model=" + model, parts)).isInstanceOf(RecipeException.class)
                    .hasMessageContainingAll(path, "two values of a channel", "micro-batches", "layer-norm");
        }
        trains("model=" + model, "data.micro-batches=4");
        // The short last batch of one row does no harm.
        trains("model=" + model, "data.batch-size=47");
    }

    @Test
    void batchNormalizationOfTheManyPixelsOfOneImageAndOfAFrozenLayer() throws IOException {
        trains("data={set: digits, batch-size: 1, validation: 20, test: 20}",
                "model=[conv2d: {filters: 2, kernel: 3}, batch-norm, flatten, dense: {units: 10}]");
        trains("model=[dense: {units: 4}, batch-norm, dense: {units: 3}]", "data.batch-size=1", "freeze=[1.batch-norm]");
    }

    /** The cause is in the data, and not in what is measured. */
    @Test
    void rowsOfOneClass(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), "x,kind\n" + "1,a\n".repeat(20));
        assertThatThrownBy(() -> trainer("data={set: csv, file: '" + file + "', label: kind, validation: 5, test: 5}",
                "model=[dense: {units: 1}]")).isInstanceOf(RecipeException.class).hasMessageContaining("every row is of the class a")
                .hasMessageNotContaining("monitor");
    }

    @Test
    void targetsForWhichTheLossIsNotDefined(@TempDir Path folder) throws IOException {
        StringBuilder rows = new StringBuilder("x,a,b\n");
        for (int i = 0; i < 30; i++) {
            rows.append(i).append(',').append(i % 2).append(',').append(i == 17 ? "1.5" : "0.5").append('\n');
        }
        Path file = Files.writeString(folder.resolve("rows.csv"), rows);
        String data = "data={set: csv, file: '" + file + "', targets: [a, b], validation: 5, test: 5}";
        assertThatThrownBy(() -> trainer(data, "model=[dense: {units: 2}]", "loss=sigmoid-cross-entropy")).isInstanceOf(RecipeException.class)
                .hasMessageContainingAll("loss", "row 17", "target 2 of 2", "from 0 to 1", "1.5");
        trains(data, "model=[dense: {units: 2}]", "loss=mean-squared-error");
    }
}
