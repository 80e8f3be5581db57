package cairn.page;

import cairn.explain.Next;
import cairn.run.Clocks;
import cairn.run.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a page shows, and with what.
 *
 * @param runs the folder of the runs
 * @param open the run to show first, if one was named
 * @param port where it is served; 0 for any free one
 * @param isReadOnly whether nothing can be changed
 * @param version of the program
 * @param workspaces where a run finds its data
 * @param clocks the clocks of the process
 * @param program the words that start the program in a process of its own; a command follows them
 * @param place the words behind a command that say where the runs and the data are
 * @param shell writes words so that a user can type them
 * @param nextSteps words what to do next about a finding
 * @param log is told of a training that has ended by itself, with its words
 */
public record PageSettings(Path runs, Optional<String> open, int port, boolean isReadOnly, String version, Workspaces workspaces, Clocks clocks,
        List<String> program, List<String> place, Function<List<String>, String> shell, NextSteps nextSteps,
        Consumer<String> log) {
    public PageSettings {
        program = List.copyOf(program);
        place = List.copyOf(place);
    }

    /** Words what to do next as a command, because its words belong to the command line. */
    @FunctionalInterface
    public interface NextSteps {
        /** For the run in a folder. */
        Worded of(Path run, Next next);

        /**
         * What to do next.
         *
         * @param before what a person must do before the command; empty if the command is all
         */
        record Worded(String before, String command) {
        }
    }

    /** Where a run finds its data. */
    @FunctionalInterface
    public interface Workspaces {
        Workspace of(Path run) throws IOException;
    }
}
