package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.Verification;
import cairn.checkpoint.format.Header;
import cairn.recipe.RecipeException;
import cairn.state.Value;
import cairn.train.StateConstants;
import cairn.words.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * Whether the files of a run fit together: recipe, {@code run.json}, journal, and what each checkpoint says about its origin. A run that
 * passes, and whose checkpoints are sound, can be resumed.
 */
public final class RunCheck implements Verification.Expected {
    /** A file of the run that is not sound. */
    public record Problem(String file, String message) {
    }

    private final List<Problem> problems = new ArrayList<>();
    private final RunFolder folder;
    private SortedSet<Long> stored = new TreeSet<>();
    private History history = History.none();
    /** The digest of the recipe. */
    private Optional<String> recipe = Optional.empty();
    private Optional<String> identity = Optional.empty();
    private Optional<Lineage> parent = Optional.empty();

    private RunCheck(RunFolder folder) {
        this.folder = folder;
    }

    /** What the journal records of some steps alone: a long one records more than is worth keeping in memory. */
    private History history(LongPredicate steps) {
        return History.of(folder.disk(), folder.path(), steps);
    }

    /** Reads the small files of the run in {@code folder}. */
    public static RunCheck of(RunFolder folder) {
        RunCheck check = new RunCheck(folder);
        check.read(RunFiles.RECIPE, () -> check.recipe = Optional.of(RunFiles.recipeDigest(folder)));
        check.read(RunFiles.RUN, () -> {
            check.parent = RunFiles.parent(folder);
            check.identity = RunFiles.identity(folder);
        });
        check.read(RunFiles.JOURNAL, () -> {
            check.stored = folder.store().steps();
            check.history = check.history(check.stored::contains);
            if (check.history.damage().isPresent()) {
                throw check.history.damage().get();
            }
        });
        return check;
    }

    private interface Reading {
        void run() throws IOException;
    }

    private void read(String file, Reading reading) {
        try {
            reading.run();
        } catch (IOException | RecipeException e) {
            problems.add(new Problem(file, Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName())));
        }
    }

    /** What is wrong with the small files. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    @Override
    public Optional<String> digest(long step, Map<String, String> facts) {
        // Another one was saved meanwhile, because the run is being trained.
        return (stored.contains(step) ? history : history(saved -> saved == step)).digest(step, facts);
    }

    @Override
    public Optional<String> stranger(Header header) {
        // Names and digests come from files.
        return reason(header).map(Printable::line);
    }

    private Optional<String> reason(Header header) {
        Map<String, String> facts = header.facts();
        Optional<String> run = Provenance.run(facts);
        if (run.isPresent() && identity.isPresent() && !run.equals(identity)) {
            return Optional.of("another run made it: it names the run " + run.get() + ", this one is " + identity.get());
        }
        if (recipe.isPresent() && header.entries().get(StateConstants.RECIPE_DIGEST) instanceof Header.Scalar scalar
                && scalar.value() instanceof Value.Text digest && !digest.value().equals(recipe.get())) {
            return Optional.of("it belongs to another recipe: its recipe's digest is " + digest.value() + ", that of " + RunFiles.RECIPE
                    + " is " + recipe.get());
        }
        if (parent.isPresent() && header.step() < parent.get().step()) {
            return Optional.of("this run is a branch and begins at step " + parent.get().step() + " of " + parent.get().run());
        }
        Optional<Lineage> origin = Provenance.origin(facts);
        // A run that a rollback split off from a branch has checkpoints that name the origin of the branch, which is an earlier step.
        if (origin.isPresent() && parent.isPresent() && origin.get().run().equals(parent.get().run())
                && origin.get().step() == parent.get().step()
                && !origin.get().digest().equals(parent.get().digest())) {
            return Optional.of("it names another origin: step " + origin.get().step() + " with the digest " + origin.get().digest() + "; "
                    + RunFiles.RUN + " names the digest " + parent.get().digest());
        }
        return Optional.empty();
    }
}
