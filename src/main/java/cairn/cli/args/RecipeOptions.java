package cairn.cli.args;

import cairn.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that change a recipe. */
public final class RecipeOptions {
    @Option(names = "--set", paramLabel = "PATH=VALUE", order = 4,
            description = {"Changes a setting of the recipe. May be repeated.", "Example: --set data.batch-size=64"})
    private List<String> assignments = new ArrayList<>();

    @Option(names = "--freeze", paramLabel = "LAYER", order = 6,
            description = "Does not train this layer, such as 0.dense. May be repeated.")
    private List<String> frozen = new ArrayList<>();

    /** The recipe with these changes, and with {@code more} assignments after them. */
    public Recipe over(Recipe recipe, List<String> more) {
        List<String> all = new ArrayList<>(assignments);
        all.addAll(more);
        Recipe changed = recipe.with(all);
        return frozen.isEmpty() ? changed : changed.toBuilder().freeze(frozen.toArray(String[]::new)).build();
    }
}
