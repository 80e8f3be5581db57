package cairn.gpu;

import cairn.recipe.BuiltInRecipes;
import cairn.train.StepReport;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.List;

/** The loss of each of the first steps of a recipe, to the bit. Words: recipe, steps. */
final class LossTrace {
    private LossTrace() {
    }

    public static void main(String[] words) throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get(words[0]))) {
            for (int left = Integer.parseInt(words[1]); left > 0; ) {
                List<StepReport> made = trainer.steps(left, () -> false);
                made.forEach(report -> System.out.println(report.loss()));
                left -= made.size();
            }
        }
        System.exit(0);
    }
}
