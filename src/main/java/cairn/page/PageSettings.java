package cairn.page;

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
 * @param log is told of a training that has ended by itself, with its words
 */
public record PageSettings(Path runs, Optional<String> open, int port, boolean isReadOnly, String version, Workspaces workspaces, Clocks clocks,
        List<String> program, List<String> place, Function<List<String>, String> shell, Consumer<String> log) {
    public PageSettings {
        program = List.copyOf(program);
        place = List.copyOf(place);
    }

    /** Where a run finds its data. */
    @FunctionalInterface
    public interface Workspaces {
        Workspace of(Path run) throws IOException;
    }
}
