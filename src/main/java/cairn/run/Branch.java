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
 * A run that goes on from a checkpoint of another run, with changes:
 * {@code Branch.from(run, 240).with("optimizer.learning-rate=0.001").into(folder, workspace)}. Immutable.
 *
 * <p>A branch begins at the step of the checkpoint, so schedules, batches and dropout masks go on from there. Law: a branch without a
 * change has the states of its parent, bit for bit.
 *
 * <p>Entries that are not copied are initialized. The {@link cairn.recipe.InitialWeights} of the recipe are not read, because they belong
 * to step 0.
 *
 * <p>If the vectors of Adam are initialized, its bias correction does not fit them, because it is computed from the step of the run. Then,
 * for about {@code 1/(1-β2)} steps, weights move by up to {@code (1-β1)/√(1-β2)} of the rate. With the default betas this is 3.2 times as
 * far as usual.
 *
 * @param parent the folder of the parent run
 * @param parentRecipe the recipe of the parent run
 * @param from the checkpoint of the parent where it begins
 * @param recipe the recipe of the branch
 * @param filter which entries of the parent's state it copies
 */
public record Branch(Path parent, Recipe parentRecipe, Checkpoint from, Recipe recipe, StateFilter filter) {

    /** A branch without a change, from a stored checkpoint of the run in {@code parent}. */
    public static Branch from(Path parent, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(parent, new RealDisk())) {
            return from(parent, store.read(step));
        }
    }

    /** As {@link #from(Path, long)}, of a run with this recipe, which may have parts that no text can name. */
    public static Branch from(Path parent, Recipe recipe, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(parent, new RealDisk())) {
            return new Branch(parent, recipe, store.read(step), recipe, StateFilter.all());
        }
    }

    /** A branch without a change, from any state of the run in {@code parent}. */
    public static Branch from(Path parent, Checkpoint checkpoint) throws IOException {
        Recipe recipe = Run.recipe(parent);
        return new Branch(parent, recipe, checkpoint, recipe, StateFilter.all());
    }

    /** Changes settings of the recipe, each {@code path=value}. */
    public Branch with(String... assignments) {
        return with(recipe.with(Arrays.asList(assignments)));
    }

    /** Changes the recipe. */
    public Branch with(Recipe other) {
        return new Branch(parent, parentRecipe, from, other, filter);
    }

    /** Copies only the entries that {@code other} names. */
    public Branch filtered(StateFilter other) {
        return new Branch(parent, parentRecipe, from, recipe, other);
    }

    /**
     * Starts the run in an empty folder, at the step of the checkpoint, and saves it there.
     *
     * @throws cairn.recipe.RecipeException if the recipe does not fit the data
     * @throws IllegalArgumentException if nothing of the model can be copied; it lists every entry
     */
    public Run into(Path folder, Workspace workspace) throws IOException {
        return Run.branch(folder, this, workspace);
    }

    /** Every setting that differs from the parent's. */
    public List<RecipeChange> changes() {
        return RecipeChange.between(parentRecipe, recipe);
    }

    /** The number of steps of an epoch of the parent, if it has the same training rows as {@code trainer}, a training of this branch. */
    public OptionalInt parentStepsPerEpoch(Trainer trainer) {
        if (!from.state().text(StateConstants.DATA_DIGEST).equals(trainer.data().digest())
                || !parentRecipe.data().validation().equals(recipe.data().validation())
                || !parentRecipe.data().test().equals(recipe.data().test())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(trainer.data().batches(parentRecipe).batchesPerEpoch());
    }

    /** Sets {@code fresh} to the first state of this branch. */
    StateTransfer transferTo(Trainer fresh) {
        StateConstants.requireRecipe(parentRecipe.digest(), from.state().text(StateConstants.RECIPE_DIGEST));
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
