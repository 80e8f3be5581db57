package cairn.cli.args;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.ShellCommand;
import cairn.disk.RealDisk;
import cairn.recipe.Recipe;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.state.Value;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * A run on disk, read without training.
 *
 * @param runs the folder of runs that the command uses; the run may be elsewhere, if the user wrote the path of its folder
 */
public record StoredRun(String name, Path folder, Path runs) {
    /** What the help page says of an argument that names a run. */
    public static final String ARGUMENT = "The name of a run, or the path of its folder.";
    /** Where runs are, unless {@code --dir} is given. */
    static final String RUNS = "checkpoints";
    private static final String STEP = "\\d{1,18}";

    /** Whether there is a run in the folder. */
    public boolean exists() {
        return Files.exists(folder.resolve(RunFiles.RECIPE));
    }

    public Recipe recipe() throws IOException {
        return Run.recipe(folder);
    }

    public DirectoryStore store() throws IOException {
        return DirectoryStore.reading(folder, new RealDisk());
    }

    /**
     * Opens its checkpoints to change them.
     *
     * @throws cairn.disk.FolderInUseException if another process changes them; the message names the process and its host
     */
    public DirectoryStore writing() throws IOException {
        return DirectoryStore.writing(folder, new RealDisk());
    }

    /** What is printed if it has no checkpoint. */
    public String hasNone() {
        return "run " + name + " has no checkpoint yet";
    }

    /** Every step of which there is a checkpoint, the oldest first. */
    public List<RunStep> stored() throws IOException {
        try (DirectoryStore store = store()) {
            return store.steps().stream().map(step -> new RunStep(this, step, true)).toList();
        }
    }

    /** How a user names it on the command line: by its name in the folder of runs, otherwise by the path of its folder. */
    public String typed() {
        return isAmongRuns() ? name : folder.toString();
    }

    /** A command that the user can type to do something with this run, such as {@code cairn resume iris --dir FOLDER}. */
    public String command(String... words) {
        List<String> place = isAmongRuns() && !runs.equals(Path.of(RUNS)) ? List.of("--dir", runs.toString()) : List.of();
        return ShellCommand.of(Stream.of(List.of("cairn"), List.of(words), place).flatMap(List::stream).toList());
    }

    private boolean isAmongRuns() {
        return folder.equals(runs.resolve(name));
    }

    /**
     * Looks a step up. Prints a note if {@code best} is not the best step of the training.
     *
     * @param which a number, {@code latest} or {@code best}
     */
    public RunStep step(String which, Screen screen) throws IOException {
        try (DirectoryStore store = store()) {
            SortedSet<Long> steps = store.steps();
            long step = step(store, which);
            if (which.equals("best")
                    && store.header(store.latest().orElseThrow().step()).entries().get("progress/best-step") instanceof Header.Scalar seen
                    && seen.value() instanceof Value.Int best && best.value() != step && !steps.contains(best.value())) {
                screen.note(name + " was best at step " + best.value() + ", which is not saved. " + name + "@best is step " + step
                        + ", the best of the saved steps. A run with --save-every best saves the best step");
            }
            return new RunStep(this, step, steps.contains(step));
        }
    }

    private long step(DirectoryStore store, String which) throws IOException {
        SortedSet<Long> steps = store.steps();
        if (steps.isEmpty()) {
            throw CommandException.usage(hasNone());
        }
        if (which.equals("latest")) {
            return steps.last();
        } else if (which.equals("best")) {
            return recipe().evaluate().ranking().best(store.list()).map(CheckpointInfo::step).orElseThrow(() -> CommandException.usage(
                    "no checkpoint of run " + name + " was saved at an evaluation, so none is the best. Train with --save-every best"));
        } else if (!which.matches(STEP)) {
            throw CommandException.usage("'" + name + "@" + which + "' does not name a step: expected a number, latest or best after the @"
                    + Spelling.suggestion(which, List.of("latest", "best")));
        }
        return Long.parseLong(which);
    }
}
