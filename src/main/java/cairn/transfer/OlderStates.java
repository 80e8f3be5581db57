package cairn.transfer;

import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** States that versions before this one have saved. */
public final class OlderStates {
    /** Where a state holds what updates change: its own, and the two that a recovery rule goes back to. */
    private static final List<String> PARTS = List.of("", "recovery/earlier/0/", "recovery/earlier/1/");

    private OlderStates() {
    }

    /**
     * {@code saved} with the ages of its vectors, if none is in it: earlier versions took the step of the training for the age of every
     * vector.
     *
     * @param recipe what it is a state of
     */
    public static State completed(State saved, Recipe recipe) {
        Map<String, Value> ages = new LinkedHashMap<>();
        for (String part : PARTS) {
            Value step = saved.entries().get(part.isEmpty() ? "train/step" : part + "step");
            if (recipe.optimizer().usesAge() && !recipe.optimizer().slots().isEmpty()) {
                add(ages, saved, part + "optimizer/" + recipe.optimizer().slots().get(0), part + "optimizer/age", step);
            }
            if (recipe.average().isPresent() && recipe.average().get().warmup()) {
                add(ages, saved, part + "average", part + "average-age", step);
            }
        }
        return ages.isEmpty() ? saved : saved.overlay(State.of(ages));
    }

    private static void add(Map<String, Value> ages, State saved, String vectors, String age, Value step) {
        boolean isNewer = saved.entries().keySet().stream().anyMatch(path -> path.startsWith(age + "/"));
        if (!isNewer && step != null) {
            saved.entries().keySet().stream().filter(path -> path.startsWith(vectors + "/"))
                    .forEach(path -> ages.put(age + path.substring(vectors.length()), step));
        }
    }
}
