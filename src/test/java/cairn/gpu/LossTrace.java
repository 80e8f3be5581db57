package cairn.gpu;

import cairn.recipe.BuiltInRecipes;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;

/** Prints the loss of each of the first steps of a recipe, to the bit. Arguments: recipe, steps. */
final class LossTrace {
    private LossTrace() {
    }

    public static void main(String[] args) throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get(args[0]))) {
            new Stepper(trainer, new Stepper.Listener() {
                @Override
                public void stepped(StepReport report) {
                    System.out.println(report.loss());
                }
            }).to(Long.parseLong(args[1]));
        }
        System.exit(0);
    }
}
