package cairn.cli.args;

import cairn.cli.terminal.CommandException;
import cairn.data.source.DataFolders;
import cairn.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option that says where data sets are looked for. */
public final class DataPlace {
    @Option(names = "--data", paramLabel = "FOLDER", order = 91,
            description = "Looks for data sets in this folder first. A run that is trained or resumed with it remembers it.")
    private Path folder;

    public DataFolders folders() {
        return folders(List.of());
    }

    /** For a recipe: also the folder of its file, if it has one. */
    public DataFolders folders(RecipeName.Source recipe) {
        return folders(recipe.folder().stream().toList());
    }

    /** For a run: also the folders where it found its data when it was created. */
    public DataFolders folders(StoredRun run) throws IOException {
        return folders(run, Optional.empty());
    }

    /** For a run that continues with another recipe: both. */
    public DataFolders folders(StoredRun run, Optional<RecipeName.Source> recipe) throws IOException {
        List<Path> more = new ArrayList<>(recipe.flatMap(RecipeName.Source::folder).stream().toList());
        more.addAll(Run.dataFolders(run.folder()));
        // Runs of older versions do not say where their data is as seen from the run. Most projects have the recipe above the runs.
        Path runs = run.folder().toAbsolutePath().normalize().getParent();
        return folders(more).before(Stream.ofNullable(runs).flatMap(folder -> Stream.ofNullable(folder.getParent())));
    }

    private DataFolders folders(List<Path> more) {
        if (folder != null && !Files.isDirectory(folder)) {
            throw CommandException.usage("--data " + folder + ": there is no such folder");
        }
        return DataFolders.standard().after(Stream.concat(Stream.ofNullable(folder), more.stream()));
    }

    /** The option that was given, as words of another command. */
    public List<String> words() {
        return folder == null ? List.of() : List.of("--data", folder.toString());
    }
}
