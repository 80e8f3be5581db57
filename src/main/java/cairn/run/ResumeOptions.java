package cairn.run;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.recipe.Recipe;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How a run is resumed.
 *
 * @param recipe the recipe, if it has components that are not registered; if empty, the recipe in the folder of the run is used
 * @param required the lowest grade that is allowed
 * @param advice the text of the error if the recipe was edited after the checkpoint
 * @param onDamaged called for each damaged checkpoint that is skipped; if it throws, the resume is aborted and nothing has changed
 */
public record ResumeOptions(Optional<Recipe> recipe, ResumeGrade.Level required, Function<RecipeEdit, String> advice,
        Consumer<DamagedCheckpointException> onDamaged) {

    /** From the newest sound checkpoint, with any grade that the same recipe can have. */
    public static ResumeOptions standard() {
        return new ResumeOptions(Optional.empty(), ResumeGrade.Level.SAME_DATA, RecipeEdit::advice, damaged -> { });
    }

    public ResumeOptions with(Recipe given) {
        return new ResumeOptions(Optional.of(given), required, advice, onDamaged);
    }

    public ResumeOptions requiring(ResumeGrade.Level level) {
        return new ResumeOptions(recipe, level, advice, onDamaged);
    }

    public ResumeOptions onDamaged(Consumer<DamagedCheckpointException> action) {
        return new ResumeOptions(recipe, required, advice, action);
    }

    public ResumeOptions advising(Function<RecipeEdit, String> wording) {
        return new ResumeOptions(recipe, required, wording, onDamaged);
    }
}
