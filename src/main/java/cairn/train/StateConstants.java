package cairn.train;

import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.recipe.Recipe;
import cairn.state.Difference;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.state.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The constants of a training's state. They must be equal on restore, and a prediction needs them. */
public final class StateConstants {
    public static final String RECIPE_DIGEST = "recipe/digest";
    public static final String DATA_DIGEST = "data/digest";
    /** How the rows were split; missing if they were split as earlier versions did. */
    public static final String DATA_SPLIT = "data/split";
    static final String DATA_SHAPE = "data/shape";
    static final String DATA_LABELS = "data/labels";
    static final String DATA_NORMALIZATION = "data/normalization";

    /** What follows from the recipe and from how the rows are split. */
    private static final Set<String> CONSTANTS = Set.of(RECIPE_DIGEST, DATA_SPLIT, DATA_NORMALIZATION);

    private StateConstants() {
    }

    /** The values by path, in the order of the state. */
    static Map<String, String> of(Recipe recipe, TrainingData data, Normalization normalization) {
        DataSet rows = data.splits().train();
        Map<String, String> constants = new LinkedHashMap<>();
        constants.put(RECIPE_DIGEST, recipe.digest());
        constants.put(DATA_DIGEST, data.digest());
        if (!data.split().isEmpty()) {
            constants.put(DATA_SPLIT, data.split());
        }
        constants.put(DATA_SHAPE, DataFacts.text(rows.shape()));
        constants.put(DATA_LABELS, DataFacts.text(rows.labels()));
        constants.put(DATA_NORMALIZATION, DataFacts.text(normalization));
        return Collections.unmodifiableMap(constants);
    }

    /** {@code saved} with the names of the targets: older versions saved only how many there are. */
    static State completed(State saved, Map<String, String> here) {
        String labels = here.get(DATA_LABELS);
        return saved.entries().get(DATA_LABELS) instanceof Value.Text text && DataFacts.isOlder(text.value(), labels)
                ? saved.overlay(State.of(Map.of(DATA_LABELS, new Value.Text(labels)))) : saved;
    }

    /** Whether {@code state} is of a training on the rows of this digest that an earlier version has split. */
    static boolean isOfEarlierSplit(State state, String dataDigest) {
        return text(state, DATA_DIGEST).equals(dataDigest) && text(state, DATA_SPLIT).isEmpty();
    }

    private static String text(State state, String path) {
        return state.entries().containsKey(path) ? state.text(path) : "";
    }

    /**
     * Refuses to use the splits of {@code data} for a model of {@code state} that was trained on other ones: a row of these could be one that
     * it was trained on.
     *
     * @throws RestoreException if the data or its splits differ
     */
    static void requireSplits(TrainingData data, State state) {
        requireSame(DATA_DIGEST, data.digest(), text(state, DATA_DIGEST));
        requireSame(DATA_SPLIT, data.split(), text(state, DATA_SPLIT));
    }

    /**
     * Refuses a state that belongs to another recipe.
     *
     * @throws RestoreException if the digests differ
     */
    public static void requireRecipe(String live, String saved) {
        requireSame(RECIPE_DIGEST, live, saved);
    }

    static void requireSame(String path, String live, String saved) {
        if (!live.equals(saved)) {
            RestoreException refusal = RestoreException.because("this state",
                    List.of(new Difference(Difference.Kind.DIFFERENT, path, live, saved)));
            throw refusal.from("this state", advice(refusal));
        }
    }

    /** What a user can do about a state that does not fit. */
    public static String advice(RestoreException e) {
        if (e.differences().stream().anyMatch(d -> d.path().equals(DATA_DIGEST))) {
            return "The rows of the data set differ from the rows of that training. Put the data files back, or start a new run.";
        } else if (e.differences().stream().allMatch(d -> CONSTANTS.contains(d.path()))) {
            return e.differences().stream().anyMatch(d -> d.path().equals(RECIPE_DIGEST))
                    ? "The recipe differs from the recipe of that training. Put back the recipe.yaml of the run, or start a new run."
                    : "Another version split the rows into training, validation and test rows by another rule. Open the data with this state,"
                            + " TrainingData.open(recipe, folders, state), which splits them as they were.";
        }
        return "The model or the optimizer differs from the one that was saved. Put back the recipe.yaml of the run, or start a new run.";
    }
}
