package cairn.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.transfer.StateTransfer.Entry;
import cairn.transfer.StateTransfer.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training copies from a saved state, and what not. */
class StateTransferTest {
    private static final Recipe RECIPE = Recipe.parse("""
            name: parent
            seed: 5
            data: {set: blobs, rows: 80, classes: 3, batch-size: 8, validation: 16, test: 16}
            model:
              - dense: {units: 6}
              - batch-norm
              - relu
              - dense: {units: 6}
              - dense: {units: 3}
            optimizer: {rule: adam, learning-rate: 0.01}
            evaluate: {every: 3}
            """, "test");
    private static Trainer parent;
    private static State saved;

    @BeforeAll
    static void train() throws IOException {
        parent = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()));
        for (int i = 0; i < 6; i++) {
            parent.step();
            if (parent.isEvaluationDue()) {
                parent.evaluateAndRecord();
            }
        }
        saved = parent.snapshot();
    }

    @AfterAll
    static void close() {
        parent.close();
    }

    private static StateTransfer transfer(StateFilter filter, String... assignments) throws IOException {
        Recipe recipe = RECIPE.with(List.of(assignments));
        try (Trainer fresh = Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.of()))) {
            StateTransfer transfer = StateTransfer.of(new StateTransfer.Target(fresh, recipe), RECIPE, saved, filter);
            fresh.restore(transfer.state());
            assertThat(fresh.snapshot()).isEqualTo(transfer.state());
            return transfer;
        }
    }

    private static List<String> paths(StateTransfer transfer, Status status) {
        return transfer.entries(status).stream().map(Entry::path).toList();
    }

    private static String why(StateTransfer transfer, String path) {
        return transfer.entries().stream().filter(e -> e.path().equals(path)).findFirst().orElseThrow().why();
    }

    @Test
    void withoutAChangeEverythingIsCopied() throws IOException {
        StateTransfer all = transfer(StateFilter.all());
        assertThat(all.state()).isEqualTo(saved);
        assertThat(all.entries()).hasSameSizeAs(saved.entries().entrySet()).allMatch(e -> e.status() == Status.COPIED && e.why().isEmpty());
    }

    @Test
    void anotherRateOrBatchSizeChangesOnlyAConstant() throws IOException {
        StateTransfer other = transfer(StateFilter.all(), "optimizer.learning-rate=0.1", "data.batch-size=16", "schedule.rule=cosine",
                "schedule.over=3ep");
        assertThat(paths(other, Status.OWN)).containsExactly("recipe/digest");
        assertThat(paths(other, Status.INITIALIZED)).isEmpty();
        assertThat(other.state().integer("train/step")).isEqualTo(6);
        assertThat(other.state().integer("progress/best-step")).isEqualTo(saved.integer("progress/best-step")).isPositive();
    }

    /** The v of RMSProp and the v of Adam are both means of squares, but of another decay and correction. */
    @Test
    void theVectorsOfAnotherRuleAreInitializedEvenUnderTheSameName() throws IOException {
        StateTransfer other = transfer(StateFilter.all(), "optimizer.rule=rmsprop");
        assertThat(saved.entries()).containsKey("optimizer/v/0.dense/weight");
        assertThat(why(other, "optimizer/v/0.dense/weight")).isEqualTo("the rule differs");
        assertThat(other.state().tensor("optimizer/v/0.dense/weight").get(0)).isZero();
        assertThat(paths(other, Status.UNUSED)).contains("optimizer/m/0.dense/weight");
        StateTransfer selected = transfer(StateFilter.all().only("model", "optimizer"), "optimizer.rule=rmsprop");
        assertThat(selected.state().tensor("optimizer/v/0.dense/weight")).isEqualTo(saved.tensor("optimizer/v/0.dense/weight"));
    }

    @Test
    void anotherShapeIsNamedAndInitializedWithAllThatBelongsToIt() throws IOException {
        StateTransfer other = transfer(StateFilter.all(), "model.3.units=7");
        assertThat(why(other, "model/3.dense/weight")).isEqualTo("here f32[6,7], saved f32[6,6]");
        assertThat(why(other, "optimizer/m/3.dense/weight")).isEqualTo("its weight is initialized");
        assertThat(why(other, "model/4.dense/weight")).isEqualTo("here f32[7,3], saved f32[6,3]");
        assertThat(why(other, "model/4.dense/bias")).isEqualTo("its layer differs: weight has another shape");
        assertThat(why(other, "progress/best")).isEqualTo("it was measured with another model");
        assertThat(other.state().integer("progress/best-step")).isEqualTo(-1);
        assertThat(paths(other, Status.COPIED)).contains("model/0.dense/weight", "model/1.batch-norm/running-mean",
                "optimizer/v/0.dense/weight");
    }

    @Test
    void theBestMetricIsInitializedIfItIsMeasuredInAnotherWay() throws IOException {
        for (String change : List.of("evaluate.monitor=accuracy", "loss.label-smoothing=0.1", "data.validation=20", "data.noise=2.0",
                "seed=6")) {
            assertThat(why(transfer(StateFilter.all(), change), "progress/best")).as(change).isEqualTo("it was measured in another way");
        }
        assertThat(why(transfer(StateFilter.all(), "evaluate.every=5"), "progress/best")).isEmpty();
    }

    @Test
    void aNewAverageBeginsAsTheWeights() throws IOException {
        StateTransfer other = transfer(StateFilter.all(), "average.decay=0.9");
        assertThat(other.state().tensor("average/0.dense/weight")).isEqualTo(saved.tensor("model/0.dense/weight"));
        assertThat(why(other, "average/0.dense/weight")).contains("begins as a copy of the weights");
    }

    @Test
    void layersAreRenamedTogetherWithTheirOptimizerVectors() throws IOException {
        // A new layer in between moves the two layers after it by one: both renames apply at the same time.
        StateTransfer other = transfer(StateFilter.all().rename("3.dense", "4.dense").rename("4.dense", "5.dense"),
                "model=[{dense: {units: 6}}, batch-norm, relu, {dropout: {rate: 0.1}}, {dense: {units: 6}}, {dense: {units: 3}}]");
        assertThat(other.state().tensor("model/4.dense/weight")).isEqualTo(saved.tensor("model/3.dense/weight"));
        assertThat(other.state().tensor("optimizer/m/5.dense/bias")).isEqualTo(saved.tensor("optimizer/m/4.dense/bias"));
        assertThat(why(other, "model/5.dense/weight")).isEqualTo("was model/4.dense/weight");
        assertThat(paths(other, Status.UNUSED)).isEmpty();
    }

    @Test
    void entriesThatAreNotSelectedAreInitialized() throws IOException {
        StateTransfer model = transfer(StateFilter.all().only("model/"));
        assertThat(paths(model, Status.COPIED)).contains("model/0.dense/weight", "train/step", "recipe/digest")
                .noneMatch(p -> p.startsWith("optimizer"));
        assertThat(why(model, "optimizer/m/0.dense/weight")).isEqualTo("not selected");
        StateTransfer head = transfer(StateFilter.all().without("4.dense"));
        assertThat(paths(head, Status.INITIALIZED)).contains("model/4.dense/weight", "model/4.dense/bias", "optimizer/m/4.dense/weight",
                "progress/best");
        try (Trainer fresh = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()))) {
            assertThat(head.state().tensor("model/4.dense/weight")).isEqualTo(fresh.snapshot().tensor("model/4.dense/weight"));
        }
    }

    /** Equal shapes and other classes: what the outputs have learnt is of other classes. */
    @Test
    void theLayersThatMakeTheOutputsAreInitializedIfTheClassesDiffer(@TempDir Path folder) throws IOException {
        for (String model : List.of("[dense: {units: 6}, batch-norm, relu, dense: {units: 2}]",
                "[dense: {units: 6}, relu, dense: {units: 2}, batch-norm]",
                "[dense: {units: 6}, relu, {sequential: {layers: [dense: {units: 4}, dense: {units: 2}]}}]")) {
            Recipe animals = csv(folder, model, "cat", "dog");
            Recipe tiere = csv(folder, model, "Hund", "Katze");
            List<String> head = model.contains("sequential") ? List.of("2.sequential") : model.endsWith("batch-norm]")
                    ? List.of("2.dense", "3.batch-norm") : List.of("3.dense");
            try (Trainer trainer = Trainer.fresh(animals, TrainingData.open(animals, DataFolders.of()));
                    Trainer other = Trainer.fresh(tiere, TrainingData.open(tiere, DataFolders.of()))) {
                trainer.step();
                StateTransfer.Target target = new StateTransfer.Target(other, tiere);
                StateTransfer transfer = StateTransfer.of(target, animals, trainer.snapshot(), StateFilter.all());
                for (Entry entry : transfer.entries()) {
                    boolean isHead = head.stream().anyMatch(layer -> entry.path().contains("/" + layer + "/"));
                    if (entry.path().startsWith("model/") || entry.path().startsWith("optimizer/")) {
                        assertThat(entry.status()).as("%s of %s", entry, model).isEqualTo(isHead ? Status.INITIALIZED : Status.COPIED);
                    }
                }
                assertThat(why(transfer, "model/" + head.get(0) + (model.contains("sequential") ? "/0.dense" : "") + "/weight"))
                        .isEqualTo("its outputs are other classes: here [Hund, Katze], saved [cat, dog]");
                // A name of its own is the explicit word.
                StateTransfer kept = StateTransfer.of(target, animals, trainer.snapshot(),
                        StateFilter.all().only(head.toArray(String[]::new)).only("model"));
                assertThat(paths(kept, Status.INITIALIZED)).noneMatch(path -> path.startsWith("model/"));
                // Weights alone, from a state that says its classes.
                StateTransfer weights = StateTransfer.ofWeights(target, trainer.snapshot(), StateFilter.all(), "the parent");
                assertThat(paths(weights, Status.INITIALIZED)).isNotEmpty().allMatch(path -> head.stream().anyMatch(path::contains));
            }
        }
    }

    /** A class or a column that both have keeps its numbers, wherever it stands now. */
    @Test
    void numbersOfOneNameAreTakenByName(@TempDir Path folder) throws IOException {
        for (String model : List.of("[dense: {units: 6}, relu, dense: {units: OUT}]", "[batch-norm, dense: {units: OUT}, batch-norm]",
                "[dense: {units: OUT}]")) {
            Recipe before = table(folder, model, List.of("x", "y", "z"), List.of("a", "b", "c"));
            Recipe after = table(folder, model, List.of("z", "new", "x"), List.of("c", "A", "b", "d"));
            try (Trainer trainer = Trainer.fresh(before, TrainingData.open(before, DataFolders.of()));
                    Trainer other = Trainer.fresh(after, TrainingData.open(after, DataFolders.of()))) {
                trainer.step();
                trainer.step();
                State old = trainer.snapshot();
                State start = other.snapshot();
                StateTransfer transfer = StateTransfer.of(new StateTransfer.Target(other, after), before, old, StateFilter.all());
                State state = transfer.state();
                List<String> newClasses = List.of("A", "b", "c", "d");
                for (String path : start.select("model").entries().keySet()) {
                    Value.Tensor tensor = state.tensor(path);
                    boolean isFirst = path.startsWith("model/0.");
                    boolean isHead = tensor.shape()[tensor.shape().length - 1] == newClasses.size();
                    boolean isOfInputs = isFirst && (tensor.shape().length == 2 || model.startsWith("[batch-norm"));
                    for (int i = 0; i < tensor.size(); i++) {
                        int width = (int) tensor.shape()[tensor.shape().length - 1];
                        int column = i % width;
                        int row = i / width;
                        int oldColumn = isHead ? List.of("a", "b", "c").indexOf(newClasses.get(column)) : column;
                        int oldRow = row;
                        if (isOfInputs || model.startsWith("[batch-norm") && path.startsWith("model/1.") && tensor.shape().length == 2) {
                            int at = tensor.shape().length == 2 ? row : column;
                            int there = List.of("x", "y", "z").indexOf(List.of("z", "new", "x").get(at));
                            oldRow = tensor.shape().length == 2 ? there : 0;
                            oldColumn = tensor.shape().length == 2 ? oldColumn : there;
                        }
                        Value.Tensor from = oldRow < 0 || oldColumn < 0 ? start.tensor(path) : old.tensor(path);
                        int fromWidth = (int) from.shape()[from.shape().length - 1];
                        double expected = oldRow < 0 || oldColumn < 0 ? from.get(i) : from.get((long) oldRow * fromWidth + oldColumn);
                        assertThat(tensor.get(i)).as("%s of %s, element %d", path, model, i).isEqualTo(expected);
                    }
                }
                // A vector that belongs to numbers of different ages begins anew.
                transfer.entries().stream().filter(e -> e.why().contains("taken by name")
                        && !e.path().contains("running-")).forEach(e ->
                        assertThat(paths(transfer, Status.INITIALIZED)).anyMatch(p -> p.startsWith("optimizer/")
                                && p.endsWith(e.path().substring("model".length()))));
                assertThat(transfer.entries()).anyMatch(e -> e.why().contains("its inputs are other columns") && e.why().contains("[z, x]"));
                assertThat(transfer.entries()).anyMatch(e -> e.why().contains("its outputs are other classes"));
            }
        }
    }

    /** Numbers of another kind of normalization are in other units; those of one kind are fitted on other rows each time. */
    @Test
    void layersOfInputsThatAreNormalizedInAnotherWayBeginAnew() throws IOException {
        for (String change : List.of("data.normalize=none", "data.normalize=scale")) {
            StateTransfer other = transfer(StateFilter.all(), change);
            assertThat(why(other, "model/0.dense/weight")).as(change).startsWith("its inputs are normalized in another way: here ");
            assertThat(paths(other, Status.COPIED)).contains("model/4.dense/weight").doesNotContain("model/0.dense/weight", "model/0.dense/bias");
            assertThat(paths(transfer(StateFilter.all().only("0.dense").only("model"), change), Status.COPIED)).contains("model/0.dense/weight");
        }
        assertThat(paths(transfer(StateFilter.all(), "seed=7"), Status.COPIED)).contains("model/0.dense/weight");
    }

    private static Recipe table(Path folder, String model, List<String> columns, List<String> classes) throws IOException {
        StringBuilder rows = new StringBuilder(String.join(",", columns) + ",kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 7).append(',').append(i % 3).append(',').append(i % 5).append(',').append(classes.get(i % classes.size())).append('\n');
        }
        Path file = Files.writeString(folder.resolve(classes.get(0) + ".csv"), rows);
        return RECIPE.with(List.of("data={set: csv, file: '" + file + "', label: kind, batch-size: 8, validation: 8, test: 8}",
                "model=" + model.replace("OUT", Integer.toString(classes.size()))));
    }

    private static Recipe csv(Path folder, String model, String... classes) throws IOException {
        StringBuilder rows = new StringBuilder("x,y,kind\n");
        for (int i = 0; i < 40; i++) {
            rows.append(i % 7).append(',').append(i % 3).append(',').append(classes[i % 2]).append('\n');
        }
        Path file = Files.writeString(folder.resolve(classes[0] + ".csv"), rows);
        return RECIPE.with(List.of("data={set: csv, file: '" + file + "', label: kind, batch-size: 8, validation: 8, test: 8}", "model=" + model));
    }

    @Test
    void allUnknownNamesAreRefusedTogether() {
        assertThatThrownBy(() -> transfer(StateFilter.all().only("modl").without("4.dens").rename("0.dense", "3.dense")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 problems")
                .hasMessageContaining("did you mean 'model'?").hasMessageContaining("did you mean '4.dense'?");
        assertThatThrownBy(() -> transfer(StateFilter.all().rename("0.dense", "3.dense")))
                .hasMessageContaining("model/3.dense/weight").hasMessageContaining("another entry's name");
        assertThatThrownBy(() -> StateFilter.all().only("../x")).hasMessageContaining("'../x' names no entries");
    }

    @Test
    void aModelWithoutAnyFittingEntryIsRefusedWithEveryEntry() throws IOException {
        StateTransfer nothing = transfer(StateFilter.all(), "dtype=float64");
        assertThatThrownBy(() -> nothing.requireModel("step 6")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing of the model of step 6").hasMessageContaining("here f64[2,6], saved f32[2,6]");
    }
}
