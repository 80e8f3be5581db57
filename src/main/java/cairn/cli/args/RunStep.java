package cairn.cli.args;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * A step of a run. A user names it {@code iris@360}, {@code iris@best} or {@code iris}; here it is looked up.
 *
 * @param isStored whether there is a checkpoint of the step. If not, the step can be reached by a replay
 */
public record RunStep(StoredRun run, long step, boolean isStored) {
    /** What the help page says of an argument that names a step. */
    public static final String ARGUMENT = "A step of a run: RUN@STEP, RUN@best, or RUN[@latest].";

    /** Returns this step if there is a checkpoint of it; otherwise throws, naming the nearest checkpoints. */
    public RunStep requireStored() throws IOException {
        if (isStored) {
            return this;
        }
        try (DirectoryStore store = run.store()) {
            SortedSet<Long> steps = store.steps();
            List<Long> near = Stream.of(steps.headSet(step), steps.tailSet(step)).filter(s -> !s.isEmpty())
                    .map(s -> s.first() < step ? s.last() : s.first()).toList();
            throw CommandException.usage("run " + run.name() + " has no checkpoint of step " + step + ". The nearest: "
                    + String.join(", ", near.stream().map(s -> run.name() + "@" + s).toList())
                    + "\nTo list all:   " + run.command("checkpoints", run.typed())
                    + "\nTo save one:   " + run.command("goto", run.typed(), Long.toString(step)));
        }
    }

    /** A result about this step, to be filled in. */
    public ObjectNode event(String name) {
        return Screen.event(name).put("run", run.name()).put("step", step);
    }

    /** The words that name it in another command. */
    public String typed() {
        return run.typed() + "@" + step;
    }

    /** {@code iris@360}. */
    @Override
    public String toString() {
        return run.name() + "@" + step;
    }
}
