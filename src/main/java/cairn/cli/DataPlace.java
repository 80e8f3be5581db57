package cairn.cli;

import cairn.data.DataFolders;
import cairn.train.DataPlaces;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where data sets are looked for. */
final class DataPlace {
    @Option(names = "--data", paramLabel = "FOLDER", order = 91,
            description = "Look for data sets here before anywhere else.")
    private Path folder;

    DataFolders folders() {
        if (folder == null) {
            return DataPlaces.standard();
        }
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage("--data " + folder + ": there is no such folder");
        }
        return DataPlaces.standardAfter(folder);
    }
}
