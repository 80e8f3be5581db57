package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real targets have the names of their columns, also in the state. */
class TargetNamesTest {
    @TempDir
    private Path folder;
    private Recipe recipe;

    @BeforeEach
    void table() throws IOException {
        StringBuilder rows = new StringBuilder("x,price,\"the area, in m²\"\n");
        for (int i = 0; i < 20; i++) {
            rows.append(i).append(',').append(i % 3).append(',').append(i % 5).append('\n');
        }
        Path file = Files.writeString(folder.resolve("rows.csv"), rows);
        recipe = Recipe.parse("""
                name: two
                data: {set: csv, file: '%s', targets: ["the area, in m²", price], batch-size: 5}
                model: [dense: {units: 4}, dense: {units: 2}]
                loss: mean-squared-error
                """.formatted(file), "test");
    }

    private Trainer fresh(Recipe of) throws IOException {
        return Trainer.fresh(of, TrainingData.open(of, DataFolders.of()));
    }

    @Test
    void aPredictionKnowsTheNamesOfItsTargetsInTheOrderOfTheRecipe() throws IOException {
        try (Trainer trainer = fresh(recipe)) {
            assertThat(Predictor.of(recipe, trainer.snapshot()).labels()).isEqualTo(new Labels.Reals(List.of("the area, in m²", "price")));
        }
    }

    @Test
    void factsAboutLabelsAreReadBackAsTheyWereWritten() {
        for (Labels labels : List.of(new Labels.Reals(1), new Labels.Reals(3), new Labels.Reals(List.of("a")),
                new Labels.Reals(List.of("target-2", "target-1")), new Labels.Reals(List.of("\"", "ü,\n", "3")), Labels.Classes.numbered(2))) {
            assertThat(DataFacts.labels(DataFacts.text(labels))).isEqualTo(labels);
        }
        assertThat(DataFacts.text(new Labels.Reals(3))).isEqualTo("3");
    }

    @Test
    void aStateThatKnowsOnlyTheNumberOfTargetsIsStillRestored() throws IOException {
        try (Trainer trainer = fresh(recipe)) {
            trainer.trainTo(5);
            State state = trainer.snapshot();
            trainer.trainTo(7);
            trainer.restore(labelled(state, "2"));
            assertThat(trainer.snapshot()).isEqualTo(state);
            assertThat(Predictor.of(recipe, labelled(state, "2")).labels()).isEqualTo(new Labels.Reals(2));
            for (String other : List.of("3", "{\"targets\":[\"price\",\"the area, in m²\"]}", "[\"a\",\"b\"]")) {
                assertThatThrownBy(() -> trainer.restore(labelled(state, other))).isInstanceOf(RestoreException.class)
                        .hasMessageContaining("data/labels");
            }
        }
    }

    @Test
    void outputsOfTheSameTargetsInAnotherOrderAreTakenByName() throws IOException {
        Recipe other = recipe.with(List.of("data.targets=[price, \"the area, in m²\"]"));
        try (Trainer old = fresh(recipe)) {
            old.trainTo(3);
            try (Trainer changed = Transfer.from(old).to(other)) {
                assertThat(changed.snapshot().tensor("model/0.dense/weight")).isEqualTo(old.snapshot().tensor("model/0.dense/weight"));
                Value.Tensor before = old.snapshot().tensor("model/1.dense/weight");
                Value.Tensor after = changed.snapshot().tensor("model/1.dense/weight");
                assertThat(after).isNotEqualTo(before);
                for (int i = 0; i < after.size(); i++) {
                    assertThat(after.get(i)).isEqualTo(before.get(i % 2 == 0 ? i + 1 : i - 1));
                }
            }
        }
    }

    private static State labelled(State state, String labels) {
        return state.overlay(State.of(Map.of("data/labels", new Value.Text(labels))));
    }
}
