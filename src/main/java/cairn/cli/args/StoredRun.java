package cairn.cli.args;

import cairn.checkpoint.DirectoryStore;
import cairn.disk.RealDisk;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.recipe.Recipe;
import cairn.run.Run;
import cairn.state.Value;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/** A run on disk, to be looked at. */
public record StoredRun(String name, Path folder) {
    private static final String STEP = "\\d{1,18}";

    public Recipe recipe() throws IOException {
        return Run.recipe(folder);
    }

    public DirectoryStore store() throws IOException {
        return DirectoryStore.reading(folder, new RealDisk());
    }

    /**
     * The same, to write into.
     *
     * @throws cairn.disk.FolderInUseException if somebody else does; it says which process on which host
     */
    public DirectoryStore writing() throws IOException {
        return DirectoryStore.writing(folder, new RealDisk());
    }

    /** The step that {@code which} means, stored or not; says so if {@code best} is not the best that the run has seen. */
    public long wanted(DirectoryStore store, String which, Screen screen) throws IOException {
        long step = wanted(store, which);
        if (which.equals("best") && store.header(store.latest().orElseThrow().step()).entries().get("progress/best-step") instanceof Header.Scalar seen
                && seen.value() instanceof Value.Int best && best.value() != step && !store.steps().contains(best.value())) {
            screen.note("note: " + name + " was best at step " + best.value() + ", which is not stored; " + name + "@best is step " + step
                    + ", the best of what is. A run with --save-every best stores it");
        }
        return step;
    }

    /** The step of the checkpoint that {@code which} means; one that is not stored is refused. */
    public long step(DirectoryStore store, String which, Screen screen) throws IOException {
        SortedSet<Long> steps = store.steps();
        long step = wanted(store, which, screen);
        if (!steps.contains(step)) {
            List<Long> near = Stream.of(steps.headSet(step), steps.tailSet(step)).filter(s -> !s.isEmpty())
                    .map(s -> s.first() < step ? s.last() : s.first()).toList();
            throw CommandException.usage("run " + name + " has no checkpoint of step " + step + "; nearest: "
                    + String.join(", ", near.stream().map(s -> name + "@" + s).toList()) + "\nAll of them: cairn checkpoints " + name
                    + "\nTo make one of it: cairn goto " + name + " " + step);
        }
        return step;
    }

    /** The step that {@code which} means: a number, {@code latest} or {@code best}. */
    private long wanted(DirectoryStore store, String which) throws IOException {
        SortedSet<Long> steps = store.steps();
        if (steps.isEmpty()) {
            throw CommandException.usage("run " + name + " has no checkpoint yet");
        }
        if (which.equals("latest")) {
            return steps.last();
        } else if (which.equals("best")) {
            return Run.ranking(recipe()).best(store.list()).map(CheckpointInfo::step).orElseThrow(() -> CommandException.usage(
                    "no checkpoint of run " + name + " was made at an evaluation, so none is the best; save with --save-every best"));
        } else if (!which.matches(STEP)) {
            throw CommandException.usage("'" + name + "@" + which + "' is no checkpoint: expected a step, latest or best after the @"
                    + Spelling.suggestion(which, List.of("latest", "best")));
        }
        return Long.parseLong(which);
    }
}
