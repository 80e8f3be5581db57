package cairn.transfer;

import cairn.checkpoint.DirectoryStore;
import cairn.disk.RealDisk;
import cairn.interop.WeightsImport;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.state.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the {@link InitialWeights} that a recipe names. */
public final class InitialWeightsReader {
    private static final Pattern RUN = Pattern.compile("(.+)@(\\d{1,18})");

    private InitialWeightsReader() {
    }

    /** The recipe with the digest of its initial weights. The weights are read only if the recipe does not have the digest. */
    public static Recipe resolved(Recipe recipe) throws IOException {
        if (recipe.weights().isEmpty() || recipe.weights().get().digest().isPresent()) {
            return recipe;
        }
        InitialWeights weights = recipe.weights().get();
        return recipe.toBuilder().weights(weights.withDigest(read(weights).digest())).build();
    }

    /**
     * Sets the model of {@code target}, a fresh training, to its initial weights, if its recipe names any; returns what was copied.
     *
     * @throws RecipeException if the weights do not have the digest in the recipe
     * @throws UncheckedIOException if the weights cannot be read
     */
    public static Optional<StateTransfer> begin(StateTransfer.Target target) {
        Optional<StateTransfer> transfer = target.recipe().weights().map(weights -> transfer(target, weights));
        transfer.ifPresent(t -> t.state().into(target.training()));
        return transfer;
    }

    private static StateTransfer transfer(StateTransfer.Target target, InitialWeights weights) {
        Recipe recipe = target.recipe();
        try {
            WeightsImport.Imported found = read(weights);
            String expected = weights.digest().orElseThrow(() -> RecipeException.of(recipe.name(), "weights.digest", "missing, although the"
                    + " numbers depend on it. The weights in " + weights.from() + " have the digest " + found.digest()));
            if (!found.hasDigest(expected)) {
                throw RecipeException.of(recipe.name(), "weights.digest", "expected " + expected + ", found " + found.digest() + " in "
                        + weights.from() + ": the weights differ. Put the file back, or delete the digest to start with these");
            }
            if (found.foreign().isPresent()) {
                return FileTransfer.of(target, found.foreign().get(), weights);
            } else if (weights.optimizer().orElse(false)) {
                throw RecipeException.of(recipe.name(), "weights.optimizer", "only the file of another program has an optimizer to take. To"
                        + " continue a run of this one with its optimizer, make a branch of it");
            }
            State state = found.own().orElseThrow();
            return StateTransfer.ofWeights(target, state, StateFilter.of(weights), weights.from()).requireModel(weights.from());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WeightsImport.Imported read(InitialWeights weights) throws IOException {
        Path file = Path.of(weights.from());
        Matcher run = RUN.matcher(weights.from());
        if (!Files.exists(file) && run.matches()) {
            try (DirectoryStore store = DirectoryStore.reading(Path.of(run.group(1)), new RealDisk())) {
                State state = store.read(Long.parseLong(run.group(2))).state();
                return WeightsImport.Imported.of(state);
            }
        }
        if (!WeightsImport.exists(file)) {
            throw new NoSuchFileException(weights.from(), null, "there are no initial weights in " + weights.from()
                    + ": expected a file of weights, or the folder of a run and a step, such as checkpoints/iris@240");
        }
        return WeightsImport.read(file, weights.key().orElse(""), new RealDisk());
    }
}
