package cairn.train;

import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.data.NormalizedTargets;
import cairn.data.source.LoadedData;
import cairn.recipe.Recipe;
import cairn.state.Difference;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.state.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    /** Present if the rows were made from columns. */
    public static final String DATA_COLUMNS = "data/columns";
    /** Present if the targets are normalized. */
    public static final String DATA_TARGETS = "data/targets";

    /** What follows from the recipe and from how the rows are split. */
    private static final Set<String> CONSTANTS = Set.of(RECIPE_DIGEST, DATA_SPLIT, DATA_NORMALIZATION);

    private StateConstants() {
    }

    /** The shape of a row of the data that {@code state} is trained on. */
    public static long[] shape(State state) {
        return DataFacts.shape(state.text(DATA_SHAPE));
    }

    /** How its features are normalized. */
    public static Normalization normalization(State state) {
        return DataFacts.normalization(state.text(DATA_NORMALIZATION));
    }

    /** How its targets are normalized, if they are. */
    public static Optional<Normalization> targets(State state) {
        return Optional.of(state.textOrEmpty(DATA_TARGETS)).filter(text -> !text.isEmpty()).map(DataFacts::normalization);
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
        if (!rows.columns().isEmpty()) {
            constants.put(DATA_COLUMNS, DataFacts.text(rows.columns()));
        }
        if (rows instanceof NormalizedTargets targets) {
            constants.put(DATA_TARGETS, DataFacts.text(targets.by()));
        }
        return Collections.unmodifiableMap(constants);
    }

    /**
     * {@code saved} with the constants {@code here} that an earlier version did not know, or saved in another form: the columns, and the
     * names of targets.
     */
    static State completed(State saved, Map<String, String> here) {
        Map<String, Value> newer = new LinkedHashMap<>();
        if (DataFacts.isOlder(saved.textOrEmpty(DATA_LABELS), here.get(DATA_LABELS))) {
            newer.put(DATA_LABELS, new Value.Text(here.get(DATA_LABELS)));
        }
        if (saved.textOrEmpty(DATA_COLUMNS).isEmpty() && here.containsKey(DATA_COLUMNS)) {
            newer.put(DATA_COLUMNS, new Value.Text(here.get(DATA_COLUMNS)));
        }
        return newer.isEmpty() ? saved : saved.overlay(State.of(newer));
    }

    /** Whether {@code state} is of a training on the rows of this digest that an earlier version has split. */
    static boolean isOfEarlierSplit(State state, String dataDigest) {
        return state.textOrEmpty(DATA_DIGEST).equals(dataDigest) && state.textOrEmpty(DATA_SPLIT).isEmpty();
    }

    /** Whether {@code state} is of a training on these rows by an earlier version, which rounded numbers to 32 bits when it read them. */
    static boolean isOfRounded(State state, LoadedData rows) {
        String saved = state.textOrEmpty(DATA_DIGEST);
        return !saved.isEmpty() && !saved.equals(DataFacts.digest(rows)) && saved.equals(DataFacts.digest(rows.rounded()));
    }

    /**
     * Refuses to use the splits of {@code data} for a model of {@code state} that was trained on other ones: a row of these could be one that
     * it was trained on.
     *
     * @throws RestoreException if the data or its splits differ
     */
    static void requireSplits(TrainingData data, State state) {
        requireSame(DATA_DIGEST, data.digest(), state.textOrEmpty(DATA_DIGEST));
        requireSame(DATA_SPLIT, data.split(), state.textOrEmpty(DATA_SPLIT));
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
        if (e.differences().stream().allMatch(d -> d.path().startsWith("data/"))) {
            return "The columns, the labels or the normalization of the data set differ from those of that training. Put the data files back, or"
                    + " start a new run.";
        }
        return "The model or the optimizer differs from the one that was saved. Put back the recipe.yaml of the run, or start a new run.";
    }
}
