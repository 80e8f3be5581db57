package cairn.cli.report;

import cairn.recipe.RecipeChange;
import cairn.run.RecipeEdit;
import java.util.List;
import java.util.stream.Collectors;

/** What to type after a run's recipe was edited. */
public final class RecipeEditAdvice {
    /** More changes than this are not typed as options. */
    private static final int FEW = 4;

    private RecipeEditAdvice() {
    }

    /** The changes, and the command that keeps them in a run of their own. */
    public static String of(RecipeEdit edit) {
        List<RecipeChange> changes = edit.changes().orElse(List.of());
        boolean areFew = !changes.isEmpty() && changes.size() <= FEW
                && changes.stream().noneMatch(c -> c.after().isEmpty() || c.after().contains(" "));
        String options = areFew ? changes.stream().map(c -> " --set " + c.path() + "=" + c.after()).collect(Collectors.joining())
                : " --recipe CHANGED.yaml";
        return edit.text() + "\nTo keep the change, " + (areFew ? "" : "save the changed recipe elsewhere, ")
                + "put the recipe back and start a new run from there:\n  cairn branch " + edit.run() + "@" + edit.step() + " NEW"
                + options;
    }
}
