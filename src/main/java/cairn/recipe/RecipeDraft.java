package cairn.recipe;

import cairn.nn.Layer;
import cairn.nn.Loss;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The text of a recipe that is made from a model of elsewhere. It lacks the data, which only a user knows. */
public final class RecipeDraft {
    private RecipeDraft() {
    }

    /** The lines of a recipe that say the model. */
    public static String model(List<Layer> layers) {
        return RecipeText.yaml("model", layers);
    }

    /**
     * A recipe that is complete but for its data.
     *
     * @param comments lines at its beginning
     */
    public static String text(List<String> comments, String name, List<Layer> layers, Optional<Loss> loss, InitialWeights weights) {
        String head = comments.stream().map(line -> "# " + line + "\n").collect(Collectors.joining());
        return head + RecipeText.yaml("name", name)
                + "# data: {set: csv, file: rows.csv, batch-size: 32}\n" + model(layers)
                + loss.map(l -> RecipeText.yaml("loss", l)).orElse("") + RecipeText.yaml("weights", weights);
    }
}
