package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.optim.Optimizer;
import cairn.recipe.ComponentNames;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.state.State;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frozen layers in a training. */
class FreezeTest {
    private static final Recipe RECIPE = Recipe.parse("""
            name: frozen
            seed: 5
            data: {set: blobs, rows: 80, classes: 3, batch-size: 12, micro-batches: 3, validation: 16, test: 16}
            model:
              - dense: {units: 6}
              - batch-norm
              - relu
              - dense: {units: 6}
              - relu
              - dense: {units: 3}
            optimizer: {rule: momentum, learning-rate: 0.05, weight-decay: 0.1}
            clip: {kind: norm, norm: 0.1}
            average: {decay: 0.5}
            evaluate: {every: 3}
            """, "test");

    private static State after(Recipe recipe, long steps, State... from) throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.of()))) {
            if (from.length > 0) {
                trainer.restore(from[0]);
            }
            trainer.trainTo(steps);
            return trainer.snapshot();
        }
    }

    @Test
    void withEveryOptimizerFrozenLayersKeepEveryBitAndTheOthersLearn() throws IOException {
        for (String rule : ComponentNames.of(Optimizer.class)) {
            Recipe recipe = RECIPE.with(List.of("optimizer={rule: " + rule + ", learning-rate: 0.05, weight-decay: 0.1}"))
                    .toBuilder().freeze("0.dense", "1.batch-norm", "3.dense").build();
            State start = after(recipe, 0);
            State end = after(recipe, 9);
            for (String layer : List.of("0.dense", "1.batch-norm", "3.dense")) {
                assertThat(end.select("model/" + layer).digest()).as(rule + " " + layer).isEqualTo(start.select("model/" + layer).digest());
                assertThat(end.select("average/" + layer)).as(rule).isEqualTo(start.select("average/" + layer));
            }
            assertThat(end.tensor("model/5.dense/weight")).as(rule).isNotEqualTo(start.tensor("model/5.dense/weight"));
            assertThat(end.tensor("average/5.dense/weight")).as(rule).isNotEqualTo(start.tensor("average/5.dense/weight"));
            assertThat(end.select("optimizer").entries().keySet()).as(rule).noneMatch(p -> p.contains("0.dense") || p.contains("3.dense"));
        }
    }

    @Test
    void withoutFreezingEveryEntryChanges() throws IOException {
        State start = after(RECIPE, 0);
        State end = after(RECIPE, 9);
        assertThat(start.select("model").entries().keySet()).allSatisfy(path -> assertThat(end.tensor(path)).as(path)
                .isNotEqualTo(start.tensor(path)));
    }

    /**
     * The first gradient of the layers that are not frozen is the same. So is their first step, because nothing uses all gradients
     * together.
     */
    @Test
    void theFirstStepOfTheOtherLayersIsThatOfTheUnfrozenModel() throws IOException {
        Recipe plain = RECIPE.with(List.of("clip=null"));
        State all = after(plain, 1);
        State some = after(plain.toBuilder().freeze("0.dense").build(), 1);
        for (String path : List.of("model/3.dense/weight", "model/5.dense/bias", "model/1.batch-norm/running-mean",
                "model/1.batch-norm/gamma")) {
            assertThat(some.tensor(path)).as(path).isEqualTo(all.tensor(path));
        }
        assertThat(some.tensor("model/0.dense/weight")).isNotEqualTo(all.tensor("model/0.dense/weight"));
    }

    /** Clipping uses the norm of the trained layers: with most layers frozen, it is smaller. */
    @Test
    void clippingUsesOnlyTheTrainedLayers() throws IOException {
        try (Trainer all = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()));
                Trainer some = Trainer.fresh(RECIPE.toBuilder().freeze("0.dense", "3.dense").build(),
                        TrainingData.open(RECIPE, DataFolders.of()))) {
            assertThat(some.step().gradientNorm().orElseThrow()).isPositive().isLessThan(all.step().gradientNorm().orElseThrow());
        }
    }

    /** The momentum of a layer is not copied when a branch freezes the layer. */
    @Test
    void aLayerThatABranchFreezesStopsAtOnce() throws IOException {
        try (Trainer trainer = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()))) {
            trainer.trainTo(7);
            State before = trainer.snapshot();
            try (Trainer branch = Transfer.from(trainer).to(RECIPE.toBuilder().freeze("0.dense").build(), TrainingData.open(RECIPE,
                    DataFolders.of()))) {
                branch.trainTo(13);
                State end = branch.snapshot();
                assertThat(end.select("model/0.dense")).isEqualTo(before.select("model/0.dense"));
                assertThat(end.tensor("model/3.dense/weight")).isNotEqualTo(before.tensor("model/3.dense/weight"));
                State resumed = after(branch.recipe(), 13, before(branch, trainer));
                assertThat(resumed).isEqualTo(end);
            }
        }
    }

    private static State before(Trainer branch, Trainer parent) throws IOException {
        try (Trainer again = Transfer.from(parent).to(branch.recipe(), TrainingData.open(RECIPE, DataFolders.of()))) {
            return again.snapshot();
        }
    }

    @Test
    void frozenLayersArePartOfTheRecipeAndTheirOrderIsNot() {
        Recipe one = RECIPE.with(List.of("freeze=[3.dense, 0.dense]"));
        assertThat(one.digest()).isNotEqualTo(RECIPE.digest()).isEqualTo(RECIPE.toBuilder().freeze("0.dense", "3.dense", "0.dense").build()
                .digest());
        assertThat(Recipe.parse(one.toYaml(), "again")).isEqualTo(one);
        assertThat(RECIPE.with(List.of("freeze=[]")).digest()).isEqualTo(RECIPE.digest());
    }

    @Test
    void anUnknownLayerAndAModelWithNothingToTrainAreRefused() {
        assertThatThrownBy(() -> after(RECIPE.toBuilder().freeze("0.dens", "2.relu").build(), 0)).isInstanceOf(RecipeException.class)
                .hasMessageContaining("did you mean '0.dense'?").hasMessageContaining("no layer '2.relu' with anything to freeze");
        assertThatThrownBy(() -> after(RECIPE.toBuilder().freeze("0.dense", "1.batch-norm", "3.dense", "5.dense").build(), 0))
                .hasMessageContaining("nothing to train");
    }
}
