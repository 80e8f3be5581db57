package cairn.examples;

import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.recipe.Recipe;
import cairn.replay.Replay;
import cairn.replay.ReplayPath;
import cairn.replay.SnapshotBuffer;
import cairn.train.Trainer;
import java.io.IOException;

/** Train, then go back to an earlier step, whose state is restored bit for bit. */
public final class RollBack {
    private RollBack() {
    }

    public static void main(String[] args) throws IOException {
        Recipe recipe = Recipe.named("wine-in-java")
                .seed(42)
                .data(new BuiltInData.Wine())
                .batchSize(16)
                .model(Dense.of(16), new Relu(), new Dropout(0.2), Dense.of(3))
                .optimizer(Adam.of(0.01))
                .build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            Replay replay = Replay.of(trainer, SnapshotBuffer.of(20).every(10));    // keeps the states of steps 0, 10, 20, ...
            replay.trainTo(57);
            String first = trainer.snapshot().digest(); // of the whole state of training, which is one value
            replay.trainTo(100);

            ReplayPath path = replay.goTo(57);          // weights, moments, dropout, batches, best metric: all of step 57
            String second = trainer.snapshot().digest();

            System.out.println("step 57, straight on     " + first);
            System.out.println("step 57, rolled back     " + second);
            System.out.println("restored step " + path.from() + ", trained " + path.replayed() + " steps again");
        }
    }
}
