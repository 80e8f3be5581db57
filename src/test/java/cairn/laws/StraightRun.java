package cairn.laws;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.recovery.TrainingFaultException;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.train.Transfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A training in memory that is never saved or interrupted, and the digest of each of its steps. Runs that are saved and interrupted are
 * compared with it.
 */
final class StraightRun {
    /** The number of steps. */
    static final long STEPS = 24;
    private static final Map<String, StraightRun> MADE = new ConcurrentHashMap<>();

    /** The beginning of a branch. */
    private record Origin(StraightRun parent, long step) {
    }

    private final String name;
    private final Recipe recipe;
    private final Optional<Origin> origin;
    private final long first;
    private final List<String> digests = new ArrayList<>();

    private StraightRun(String name, Recipe recipe, Optional<Origin> origin) {
        this.name = name;
        this.recipe = recipe;
        this.origin = origin;
        this.first = origin.map(Origin::step).orElse(0L);
        try (Trainer trainer = trainerAt(first)) {
            digests.add(trainer.snapshot().digest());
            while (trainer.position().step() < STEPS) {
                trainer.trainTo(trainer.position().step() + 1);
                digests.add(trainer.snapshot().digest());
            }
        } catch (TrainingFaultException e) {
            // The training ends here, with every trainer.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static StraightRun of(Recipe recipe) {
        return made(recipe.digest(), recipe, Optional.empty());
    }

    /** The branch of this training at {@code step} with another recipe; this training, if the recipe is equal. */
    StraightRun branch(long step, Recipe changed) {
        return changed.digest().equals(recipe.digest()) ? this
                : made(name + " " + step + " " + changed.digest(), changed, Optional.of(new Origin(this, step)));
    }

    private static StraightRun made(String name, Recipe recipe, Optional<Origin> origin) {
        StraightRun made = MADE.get(name);
        if (made == null) {
            made = new StraightRun(name, recipe, origin);
            MADE.put(name, made);
        }
        return made;
    }

    private Trainer trainerAt(long step) throws IOException {
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        Trainer trainer = origin.isEmpty() ? Trainer.fresh(recipe, data) : branched(data);
        trainer.trainTo(step);
        return trainer;
    }

    private Trainer branched(TrainingData data) throws IOException {
        try (Trainer parent = origin.get().parent().trainerAt(origin.get().step())) {
            return Transfer.from(parent).to(recipe, data);
        }
    }

    Recipe recipe() {
        return recipe;
    }

    /** The last step that can be made. */
    long last() {
        return first + digests.size() - 1;
    }

    String digest(long step) {
        return digests.get((int) (step - first));
    }
}
