package cairn.card;

import cairn.train.BuiltInRecipes;
import cairn.train.Trainer;
import java.io.IOException;

/** The loss of each of the first steps of a recipe, to the bit. Words: recipe, steps. */
final class LossTrace {
    private LossTrace() {
    }

    public static void main(String[] words) throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get(words[0]))) {
            for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                System.out.println(trainer.step().loss());
            }
        }
        System.exit(0);
    }
}
