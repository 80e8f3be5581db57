package cairn.examples;

import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Tanh;
import cairn.optim.Adam;
import cairn.recipe.Recipe;
import cairn.train.Trainer;
import java.io.IOException;

/** The smallest training: two inputs, eight hidden units, and a problem that no line can solve. */
public final class Xor {
    private Xor() {
    }

    public static void main(String[] args) throws IOException {
        Recipe recipe = Recipe.named("xor")
                .seed(7)
                .data(new BuiltInData.Xor(400, 0.1, 1))
                .batchSize(20)
                .model(Dense.of(8), new Tanh(), Dense.of(2))
                .optimizer(Adam.of(0.03))
                .build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            System.out.println("before  " + trainer.evaluate(trainer.data().splits().test()).measures());
            while (trainer.position().epoch() < 30) {
                trainer.step();
            }
            System.out.println("after   " + trainer.evaluate(trainer.data().splits().test()).measures());
        }
    }
}
