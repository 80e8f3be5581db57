package cairn.explain;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No false alarm. */
class HealthyRunTest {
    @TempDir
    private static Path root;

    private static void assertHealthy(String name, Recipe recipe, long steps) throws IOException {
        Path run = IllRun.train(root, name, recipe, steps);
        assertThat(Explanation.of(run, IllRun.workspace(), Effort.USUAL).findings()).as(name).isEmpty();
        assertThat(Explanation.of(run, IllRun.workspace(), Effort.NONE).findings()).as(name + ", quick").isEmpty();
    }

    /**
     * In full; the two recipes of mnist take minutes, and that of fashion needs a download, so they have their first
     * steps, with smaller batches, and fashion has the rows of mnist.
     */
    @Test
    void noBuiltInRecipeHasAFinding() throws IOException {
        for (String name : BuiltInRecipes.names()) {
            Recipe recipe = BuiltInRecipes.get(name);
            switch (name) {
                case "mnist-mlp" -> assertHealthy(name, small(recipe), 150);
                case "mnist-cnn", "fashion-cnn" -> assertHealthy(name, small(recipe), 40);
                default -> assertHealthy(name, recipe, IllRun.IN_FULL);
            }
        }
    }

    private static Recipe small(Recipe recipe) {
        return recipe.with(List.of("data.set=mnist", "data.validation=500", "data.batch-size=32"));
    }

    @ParameterizedTest
    @CsvSource({"iris, 1", "iris, 2", "wine, 3", "breast-cancer, 4", "spirals, 5", "discs, 6", "spirals, 7", "wine, 8"})
    void noOtherSeedHasAFinding(String name, long seed) throws IOException {
        Recipe recipe = BuiltInRecipes.get(name).with(List.of("seed=" + seed));
        assertHealthy(name + "-" + seed, recipe, IllRun.IN_FULL);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 9, 30, 55, 120})
    void aRunOfFewStepsHasNoFinding(long steps) throws IOException {
        assertHealthy("spirals-" + steps, BuiltInRecipes.get("spirals"), steps);
        assertHealthy("digits-" + steps, BuiltInRecipes.get("digits"), steps);
    }
}
