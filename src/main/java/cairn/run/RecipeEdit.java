package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeChange;
import cairn.state.RestoreException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run's recipe that somebody has changed since its checkpoints were made: what was changed, and how to go on with or without it. */
final class RecipeEdit {
    private static final int FEW = 4;

    private RecipeEdit() {
    }

    /** What to do about a state that does not fit {@code recipe}, if that is because the recipe is another one by now. */
    static Optional<String> advice(RestoreException e, RunFolder folder, Recipe recipe, Checkpoint from) {
        if (e.differences().stream().noneMatch(d -> d.path().equals("recipe/digest"))
                || e.differences().stream().anyMatch(d -> d.path().equals("data/digest"))) {
            return Optional.empty();
        }
        String branch = "cairn branch " + folder.path().getFileName() + "@" + from.step() + " NEW";
        return Optional.of(first(folder, from).map(first -> told(RecipeChange.between(first, recipe), branch))
                .orElse("The recipe is not the one of that training, and what was changed in it is not recorded. Put back the recipe.yaml"
                        + " of the run;\nto keep the changed one, save it elsewhere first, and then start a run of its own with it:\n  " + branch
                        + " --recipe CHANGED.yaml"));
    }

    private static String told(List<RecipeChange> all, String branch) {
        // What is said of runs changes no number, and so no digest.
        List<RecipeChange> changes = all.stream().filter(c -> !c.path().startsWith("run.")).toList();
        boolean areFew = changes.size() <= FEW && changes.stream().noneMatch(c -> c.after().isEmpty() || c.after().contains(" "));
        String how = areFew ? changes.stream().map(c -> " --set " + c.path() + "=" + c.after()).collect(Collectors.joining())
                : " --recipe CHANGED.yaml";
        return "The recipe is not the one of that training. Since then recipe.yaml was changed in\n"
                + changes.stream().map(c -> "  " + c).collect(Collectors.joining("\n"))
                + "\nPut that back to go on (run.json has the first recipe, under recipe-text). To keep the change"
                + (areFew ? "" : ", save the changed recipe elsewhere") + ", put it back and start a run\nof its own from there:\n  " + branch + how;
    }

    /** The recipe of the checkpoint, if the run recorded it. */
    private static Optional<Recipe> first(RunFolder folder, Checkpoint from) {
        try {
            return RunFiles.firstRecipe(folder).map(text -> Recipe.parse(text, folder.path() + "/" + RunFiles.RUN))
                    .filter(r -> r.digest().equals(from.state().text("recipe/digest")));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
