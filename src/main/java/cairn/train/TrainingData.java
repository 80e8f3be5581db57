package cairn.train;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.LoadedData;
import cairn.data.Splits;
import cairn.data.source.DataFolders;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import java.io.IOException;

/**
 * The rows of a recipe, cut as the recipe says: a pure function of recipe and content.
 *
 * @param splits what is trained on, watched and tested with
 * @param digest of every row, before the cut
 */
public record TrainingData(Splits splits, String digest) {

    /** Opens the data of {@code recipe} and cuts it; classes are mixed in each part of a small set as in the whole. */
    public static TrainingData open(Recipe recipe, DataFolders folders) throws IOException {
        return cut(recipe, recipe.data().set().open(folders));
    }

    /** Cuts rows that are open already as {@code recipe} says. */
    public static TrainingData cut(Recipe recipe, LoadedData loaded) {
        String digest = DataFacts.digest(loaded);
        Key key = Key.of(recipe.seed());
        DataSet rows = loaded.train();
        try {
            int validation = recipe.data().validation().rowsOf(rows.size());
            if (loaded.test().isPresent()) {
                Splits two = Splits.random(rows, validation, 0, key);
                return new TrainingData(new Splits(two.train(), two.validation(), loaded.test().get()), digest);
            }
            int test = recipe.data().test().rowsOf(rows.size());
            Splits three = rows.labels() instanceof Labels.Classes
                    ? Splits.stratified(rows, validation, test, key)
                    : Splits.random(rows, validation, test, key);
            return new TrainingData(three, digest);
        } catch (IllegalArgumentException e) {
            throw RecipeException.misfit(recipe.name(), "data", e.getMessage());
        }
    }

    /** The rows of {@code split}: train, validation or test. */
    public DataSet rows(String split) {
        return switch (split) {
            case "train" -> splits.train();
            case "validation" -> splits.validation();
            case "test" -> splits.test();
            default -> throw new IllegalArgumentException("there is no split '" + split + "'; known: train, validation, test");
        };
    }
}
