package cairn.run;

import cairn.checkpoint.DirectoryStore;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.Batches;
import cairn.data.source.DataFolders;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeChange;
import cairn.train.Predictor;
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
 * A new run to be, which goes on from a checkpoint of another one with something changed:
 * {@code Branch.from(run, 240).with("optimizer.learning-rate=0.001").into(folder, data, clocks)}. Immutable.
 *
 * <p>The step stays, for it is the only clock: schedules, batches and dropout masks go on from there. Law: a branch without a change
 * trains on, bit for bit, as its parent does.
 *
 * <p>What is fresh begins as its initializers say; {@link cairn.recipe.InitialWeights} that the recipe names are those of step 0, and are not read again.
 *
 * <p>Where the optimizer's vectors are fresh, Adam and its kin correct them by the step of the run and so not at all: for some
 * {@code 1/(1-β2)} steps they move weights by up to {@code (1-β1)/√(1-β2)} of the rate, which is 3.2 times as far as usual with the
 * customary betas.
 *
 * @param parent the folder of the run that it leaves
 * @param parentRecipe that run's recipe
 * @param from where it leaves it
 * @param recipe its own recipe
 * @param selection what it takes along
 */
public record Branch(Path parent, Recipe parentRecipe, Checkpoint from, Recipe recipe, StateFilter selection) {

    /**
     * A run that has just begun.
     *
     * @param inheritance what it took from its parent
     */
    public record Started(Run run, StateTransfer inheritance) {
    }

    /** From a checkpoint that is stored in the run in {@code parent}, nothing changed yet. */
    public static Branch from(Path parent, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(parent, new RealDisk())) {
            return from(parent, store.read(step));
        }
    }

    /** From any state of the run in {@code parent}, nothing changed yet. */
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
        return new Branch(parent, parentRecipe, from, other, selection);
    }

    /** With only a part of the state taken along. */
    public Branch taking(StateFilter some) {
        return new Branch(parent, parentRecipe, from, recipe, some);
    }

    /**
     * Starts the run in an empty folder; it stands at the step of the checkpoint, and that is saved.
     *
     * @throws cairn.recipe.RecipeException if the recipe does not fit the data
     * @throws IllegalArgumentException if nothing of the model can be taken along, naming every entry
     */
    public Started into(Path folder, DataFolders data, Run.Clocks clocks) throws IOException {
        return into(folder, new RealDisk(), data, clocks);
    }

    /** The same on another disk: {@link Run#create(Path, Disk, Recipe, DataFolders, Run.Clocks)}. */
    public Started into(Path folder, Disk disk, DataFolders data, Run.Clocks clocks) throws IOException {
        return Run.branch(folder, disk, this, data, clocks);
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
        Batches batches = Batches.shuffled(trainer.splits().train(), parentRecipe.data().batchSize(), Key.of(0));
        return OptionalInt.of((parentRecipe.data().dropLast() ? batches.droppingLast() : batches).batchesPerEpoch());
    }

    /** Brings a fresh trainer to where this branch begins. */
    StateTransfer inherit(Trainer fresh) {
        Predictor.requireSame("recipe/digest", parentRecipe.digest(), from.state().text("recipe/digest"));
        StateTransfer inheritance = StateTransfer.of(fresh, parentRecipe, from.state(), selection)
                .requireModel("step " + from.step() + " of " + parent);
        fresh.restore(inheritance.state());
        return inheritance;
    }

    Lineage parentOf(Path child) {
        List<String> all = new ArrayList<>(changes().stream().map(RecipeChange::toString).toList());
        all.addAll(selection.lines());
        return Lineage.of(parent, child, from.step(), from.state().digest(), all);
    }
}
