package cairn.examples;

import cairn.data.DataSource;
import cairn.nn.Dense;
import cairn.nn.Dropout;
import cairn.nn.Relu;
import cairn.optim.Adam;
import cairn.state.State;
import cairn.train.Recipe;
import cairn.train.Trainer;
import java.io.IOException;

/** Define, train, take a snapshot, train on, roll back, train again: the same bits. */
public final class RollBack {
    private RollBack() {
    }

    public static void main(String[] args) throws IOException {
        Recipe recipe = Recipe.named("wine-in-java")
                .seed(42)
                .data(new DataSource.Wine())
                .batchSize(16)
                .model(Dense.of(16), new Relu(), new Dropout(0.2), Dense.of(3))
                .optimizer(Adam.of(0.01))
                .build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            train(trainer, 50);
            State bookmark = trainer.snapshot();        // the whole of training, as one value

            train(trainer, 100);
            String first = trainer.snapshot().digest();

            trainer.restore(bookmark);                  // step 50 again: weights, moments, dropout, batches
            train(trainer, 100);
            String second = trainer.snapshot().digest();

            System.out.println("step 100, straight on    " + first);
            System.out.println("step 100, rolled back    " + second);
            System.out.println("changed since step 50    " + bookmark.diff(trainer.snapshot()).size() + " of "
                    + bookmark.entries().size() + " entries");
        }
    }

    private static void train(Trainer trainer, long untilStep) {
        while (trainer.position().step() < untilStep) {
            trainer.step();
        }
    }
}
