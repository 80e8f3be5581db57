package cairn.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * What a command needs of a recipe that looks at a run and trains nothing. It is read without the classes of the recipe's parts, so a run
 * with parts that this program does not know can be looked at.
 *
 * @param evaluate when the model is evaluated, and by which metric
 * @param run defaults of a run's arguments
 * @param hasWeights whether the training begins with initial weights
 */
public record RecipeSummary(Recipe.Evaluate evaluate, Recipe.RunDefaults run, boolean hasWeights) {
    private static final List<String> SECTIONS = List.of("evaluate", "run");

    /** These two sections, as a record that the reader can make. */
    private record Sections(Recipe.Evaluate evaluate, Recipe.RunDefaults run) {
    }

    public static RecipeSummary of(Recipe recipe) {
        return new RecipeSummary(recipe.evaluate(), recipe.run(), recipe.weights().isPresent());
    }

    /**
     * Reads the sections {@code evaluate} and {@code run} of a recipe; {@code source} names it in errors.
     *
     * @throws RecipeException if the text is no recipe, or if these sections are wrong
     */
    public static RecipeSummary parse(String yaml, String source) {
        JsonNode tree = RecipeText.tree(yaml, source);
        ObjectNode sections = JsonNodeFactory.instance.objectNode();
        SECTIONS.stream().filter(tree::has).forEach(name -> sections.set(name, tree.get(name)));
        SettingsReader reader = new SettingsReader(ComponentRegistry.shipped(), RecipeParts.NONE);
        Sections read = reader.read(sections, new Sections(ComponentRegistry.DEFAULTS.evaluate(), ComponentRegistry.DEFAULTS.run()),
                Set.of(), "");
        if (!reader.problems().isEmpty()) {
            throw new RecipeException(source, reader.problems());
        }
        return new RecipeSummary(read.evaluate(), read.run(), tree.hasNonNull("weights"));
    }

    /**
     * The digest of a recipe of which every setting is written out, as Cairn writes it. If it names a part that this program does not know,
     * the digest is that of the text.
     *
     * @throws RecipeException if the recipe is wrong in another way
     */
    public static String digest(String yaml, String source) {
        try {
            return RecipeText.parse(yaml, source).digest();
        } catch (RecipeException e) {
            if (e.lacksOnlyParts()) {
                return RecipeText.digest(RecipeText.tree(yaml, source));
            }
            throw e;
        }
    }
}
