package cairn.train;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.transfer.StateFilter;
import cairn.transfer.StateTransfer;
import java.io.IOException;

/**
 * A branch in memory: a training of another recipe that goes on from the state of a trainer. It copies everything that fits and still means
 * the same ({@link StateTransfer}). The trainer does not change.
 *
 * <pre>
 *     try (Trainer slower = Transfer.from(trainer).to(recipe.with(List.of("optimizer.learning-rate=0.001")))) { ... }
 * </pre>
 *
 * @param parent the trainer to go on from
 */
public record Transfer(Trainer parent) {

    /** Copies everything that fits. */
    public static Transfer from(Trainer parent) {
        return new Transfer(parent);
    }

    /** A training of {@code recipe} at the step of the parent, with the data sets in the standard folders. */
    public Trainer to(Recipe recipe) throws IOException {
        return to(recipe, TrainingData.open(recipe, DataFolders.standard(), parent.snapshot()));
    }

    /**
     * A training of {@code recipe} on {@code data}, at the step of the parent.
     *
     * @throws IllegalArgumentException if nothing of the model fits; it lists every entry
     */
    public Trainer to(Recipe recipe, TrainingData data) {
        Trainer trainer = Trainer.blank(recipe, data);
        try {
            trainer.restore(StateTransfer.of(new StateTransfer.Target(trainer, recipe), parent.recipe(), parent.snapshot(), StateFilter.all())
                    .requireModel("step " + parent.position().step()).state());
            return trainer;
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }
}
