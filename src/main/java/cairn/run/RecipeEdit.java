package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeChange;
import cairn.state.RestoreException;
import cairn.train.StateConstants;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The reason why a run cannot be resumed: its {@code recipe.yaml} was edited after the checkpoint was saved.
 *
 * @param run the name of the run
 * @param step the step of the checkpoint
 * @param changes what was changed; empty if the run did not record its first recipe
 */
public record RecipeEdit(String run, long step, Optional<List<RecipeChange>> changes) {

    /** The edit, if a state does not fit {@code recipe} only because the recipe differs. */
    static Optional<RecipeEdit> of(RestoreException e, RunFolder folder, Recipe recipe, Checkpoint from) {
        if (e.differences().stream().noneMatch(d -> d.path().equals(StateConstants.RECIPE_DIGEST))
                || e.differences().stream().anyMatch(d -> d.path().equals(StateConstants.DATA_DIGEST))) {
            return Optional.empty();
        }
        // The defaults of a run change no number and no digest, so they are not the reason.
        Optional<List<RecipeChange>> changes = RunFiles.firstRecipe(folder).flatMap(first -> RecipeChange.since(first,
                from.state().text(StateConstants.RECIPE_DIGEST), recipe)).map(all -> all.stream()
                .filter(c -> !c.path().startsWith("run.")).toList());
        return Optional.of(new RecipeEdit(folder.path().getFileName().toString(), from.step(), changes));
    }

    /** What was changed, one line each, and how to go on without the change. */
    public String text() {
        return changes.map(all -> "The recipe differs from the recipe of that training. Since then recipe.yaml was changed in\n"
                + all.stream().map(c -> "  " + c).collect(Collectors.joining("\n"))
                + "\nTo go on, change it back (run.json has the first recipe, under recipe-text).")
                .orElse("The recipe differs from the recipe of that training, and what was changed in it is not recorded. To go on, put back"
                        + " the recipe.yaml of the run.");
    }

    /** The advice for a Java program. */
    String advice() {
        return text() + " To keep the change, put the recipe back and branch from step " + step + " of " + run + " with the changed one.";
    }
}
