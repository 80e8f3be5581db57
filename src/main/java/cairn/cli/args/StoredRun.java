package cairn.cli.args;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.Look;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeSummary;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.state.Value;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A run on disk, read without training.
 *
 * @param runs the folder of runs that the command uses; the run may be elsewhere, if the user wrote the path of its folder
 */
public record StoredRun(String name, Path folder, Path runs) {
    /** What the help page says of an argument that names a run. */
    public static final String ARGUMENT = "The name of a run, or the path of its folder.";
    /** Where runs are, unless {@code --dir} is given. */
    public static final String RUNS = "checkpoints";
    private static final String STEP = "\\d{1,18}";

    /** Whether there is a run in the folder. */
    public boolean exists() {
        return Files.exists(folder.resolve(RunFiles.RECIPE));
    }

    public Recipe recipe() throws IOException {
        return Run.recipe(folder);
    }

    /** The recipe as it is written in the folder. */
    public String recipeText() throws IOException {
        return Run.recipeText(folder);
    }

    /** What looking at the run needs of its recipe, whose parts may be unknown here. */
    public RecipeSummary summary() throws IOException {
        return Run.summary(folder);
    }

    public DirectoryStore store() throws IOException {
        return own(DirectoryStore.reading(folder, new RealDisk()));
    }

    /**
     * Opens its checkpoints to change them.
     *
     * @throws cairn.disk.FolderInUseException if another process changes them; the message names the process and its host
     */
    public DirectoryStore writing() throws IOException {
        return own(DirectoryStore.writing(folder, new RealDisk()));
    }

    /** Tells a store of its checkpoints to which run they should belong. */
    private DirectoryStore own(DirectoryStore store) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            store.expectRun(RunFiles.identity(run));
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** What is printed if it has no checkpoint. */
    public String hasNone() {
        return "run " + name + " has no checkpoint yet";
    }

    /** Every checkpoint that can be listed, the oldest first. Prints a note for each that cannot. */
    public List<RunStep> stored(Screen screen) throws IOException {
        try (DirectoryStore store = store()) {
            CheckpointStore.Listing listing = store.listing();
            listing.unreadable().forEach(e -> screen.note(e.getMessage()));
            return listing.checkpoints().stream().map(c -> new RunStep(this, c.step(), true)).toList();
        }
    }

    /** How a user names it on the command line: by its name in the folder of runs, otherwise by the path of its folder. */
    public String typed() {
        return isAmongRuns() ? name : folder.toString();
    }

    /** A command that the user can type to do something with this run, such as {@code cairn resume iris --dir FOLDER}. */
    public String command(String... words) {
        return RunsFolder.command(isAmongRuns() ? runs : Path.of(RUNS), words);
    }

    private boolean isAmongRuns() {
        return folder.equals(runs.resolve(name));
    }

    /**
     * Looks a step up. Prints a note for each checkpoint that should have been considered and cannot be read, and one if {@code best} is not
     * the best step of the training.
     *
     * @param which a number, {@code latest} or {@code best}
     */
    public RunStep step(String which, Screen screen) throws IOException {
        return look(which, screen, (at, store) -> at);
    }

    /** What is made of a step of this run that was looked up. */
    public interface Use<T> {
        T of(RunStep at, CheckpointStore store) throws IOException;
    }

    /** As {@link #step}, and makes something of it. If its checkpoint is deleted meanwhile, because the run is being trained, does both again. */
    public <T> T look(String which, Screen screen, Use<T> use) throws IOException {
        Set<String> noted = new HashSet<>();
        Consumer<String> note = text -> {
            if (noted.add(text)) {
                screen.note(text);
            }
        };
        try (DirectoryStore store = store()) {
            return Look.repeated(() -> {
                long step = step(store, which, note);
                // The newest and the best were among the stored ones a moment ago. If they are not any more, the use notices.
                return use.of(new RunStep(this, step, !which.matches(STEP) || store.steps().contains(step)), store);
            });
        }
    }

    private long step(DirectoryStore store, String which, Consumer<String> note) throws IOException {
        if (store.steps().isEmpty()) {
            throw CommandException.usage(hasNone());
        } else if (which.matches(STEP)) {
            return Long.parseLong(which);
        } else if (which.equals("latest")) {
            return newest(store, note).step();
        } else if (which.equals("best")) {
            return best(store, note);
        }
        throw CommandException.usage("'" + name + "@" + which + "' does not name a step: expected a number, latest or best after the @"
                + Spelling.suggestion(which, List.of("latest", "best")));
    }

    private Header newest(DirectoryStore store, Consumer<String> note) throws IOException {
        return store.newestHeader(e -> note.accept(e.getMessage())).orElseThrow(() -> new IOException("no checkpoint of run " + name
                + " can be read"));
    }

    private long best(DirectoryStore store, Consumer<String> note) throws IOException {
        CheckpointStore.Listing listing = store.listing();
        listing.unreadable().forEach(e -> note.accept(e.getMessage()));
        long step = summary().evaluate().ranking().best(listing.checkpoints()).map(CheckpointInfo::step)
                .orElseThrow(() -> CommandException.usage("no checkpoint of run " + name
                        + " was saved at an evaluation, so none is the best. Train with --save-every best"));
        if (newest(store, note).entries().get("progress/best-step") instanceof Header.Scalar seen
                && seen.value() instanceof Value.Int best && best.value() != step
                && listing.checkpoints().stream().noneMatch(c -> c.step() == best.value())) {
            boolean isThere = store.steps().contains(best.value());
            note.accept(name + " was best at step " + best.value() + ", which " + (isThere ? "cannot be read" : "is not saved") + ". " + name
                    + "@best is step " + step + ", the best of the saved steps" + (isThere ? " that can be read"
                    : ". A run with --save-every best saves the best step"));
        }
        return step;
    }
}
