package cairn.run;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeChange;
import cairn.train.StateConstants;
import cairn.train.Trainer;
import cairn.transfer.StateFilter;
import cairn.transfer.StateTransfer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A run that goes on from a checkpoint of another run, with something changed:
 * {@code Branch.from(run, 240).with("optimizer.learning-rate=0.001").into(folder, workspace)}. Immutable.
 *
 * <p>The step is kept, because it is the only clock: schedules, batches and dropout masks go on from there. Law: a branch without a change
 * has, bit for bit, the states of its parent.
 *
 * <p>What is not copied begins as its initializers say. The {@link cairn.recipe.InitialWeights} of the recipe are those of step 0; they are
 * not read again.
 *
 * <p>Where the optimizer's vectors are initialized, the bias correction of Adam does not fit them, because it is computed from the step of
 * the run: for about {@code 1/(1-β2)} steps, weights move by up to {@code (1-β1)/√(1-β2)} of the rate, which is 3.2 times as far as usual
 * with the default betas.
 *
 * @param parent the folder of the parent run
 * @param parentRecipe the recipe of the parent run
 * @param from the checkpoint of the parent that it begins with
 * @param recipe its own recipe
 * @param filter what it copies from the parent's state
 */
public record Branch(Path parent, Recipe parentRecipe, Checkpoint from, Recipe recipe, StateFilter filter) {

    /** From a checkpoint that is stored in the run in {@code parent}, without a change. */
    public static Branch from(Path parent, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(parent, new RealDisk())) {
            return from(parent, store.read(step));
        }
    }

    /** From any state of the run in {@code parent}, without a change. */
    public static Branch from(Path parent, Checkpoint checkpoint) throws IOException {
        Recipe recipe = Run.recipe(parent);
        return new Branch(parent, recipe, checkpoint, recipe, StateFilter.all());
    }

    /** With settings of the recipe changed, each {@code path=value}. */
    public Branch with(String... assignments) {
        return with(recipe.with(Arrays.asList(assignments)));
    }

    /** With another recipe. */
    public Branch with(Recipe other) {
        return new Branch(parent, parentRecipe, from, other, filter);
    }

    /** With only a part of the state copied. */
    public Branch filtered(StateFilter some) {
        return new Branch(parent, parentRecipe, from, recipe, some);
    }

    /**
     * Starts the run in an empty folder, at the step of the checkpoint, and saves it there.
     *
     * @throws cairn.recipe.RecipeException if the recipe does not fit the data
     * @throws IllegalArgumentException if nothing of the model can be copied, naming every entry
     */
    public Run into(Path folder, Workspace workspace) throws IOException {
        return Run.branch(folder, this, workspace);
    }

    /** Every setting that changes. */
    public List<RecipeChange> changes() {
        return RecipeChange.between(parentRecipe, recipe);
    }

    /** How many steps an epoch of the parent has, if it trains on as many rows as {@code trainer}, a training of this branch. */
    public OptionalInt parentStepsPerEpoch(Trainer trainer) {
        if (!from.state().text("data/digest").equals(trainer.snapshot().text("data/digest"))
                || !parentRecipe.data().validation().equals(recipe.data().validation())
                || !parentRecipe.data().test().equals(recipe.data().test())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(trainer.data().batches(parentRecipe).batchesPerEpoch());
    }

    /** Sets the state of a fresh trainer to that with which this branch begins. */
    StateTransfer transferTo(Trainer fresh) {
        StateConstants.requireRecipe(parentRecipe.digest(), from.state().text("recipe/digest"));
        StateTransfer transfer = StateTransfer.of(new StateTransfer.Target(fresh, recipe), parentRecipe, from.state(), filter)
                .requireModel("step " + from.step() + " of " + parent);
        fresh.restore(transfer.state());
        return transfer;
    }

    Lineage lineageOf(Path child) {
        List<String> all = new ArrayList<>(changes().stream().map(RecipeChange::toString).toList());
        all.addAll(filter.lines());
        return Lineage.of(parent, child, from.step(), from.state().digest(), all);
    }
}
