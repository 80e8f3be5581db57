package cairn.gpu;

import cairn.recipe.BuiltInRecipes;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;

/** The loss of each of the first steps of a recipe, to the bit. Words: recipe, steps. */
final class LossTrace {
    private LossTrace() {
    }

    public static void main(String[] words) throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get(words[0]))) {
            new Stepper(trainer, new Stepper.Listener() {
                @Override
                public void stepped(StepReport report) {
                    System.out.println(report.loss());
                }
            }).to(Long.parseLong(words[1]));
        }
        System.exit(0);
    }
}
