package cairn.page;

import cairn.disk.Disk;
import cairn.run.RunFiles;
import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The runs of a folder by name. A name in a request is looked up here and is never made a part of a path, so no request reaches another
 * folder.
 */
final class Listing {
    /** Of a folder with more runs, those whose names come first are shown. */
    static final int MOST_RUNS = 500;
    private final Path folder;
    private final Disk disk;

    Listing(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    Path folder() {
        return folder;
    }

    Disk disk() {
        return disk;
    }

    /** Every run, by name. */
    NavigableMap<String, Path> runs() throws IOException {
        NavigableMap<String, Path> runs = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, run -> Files.exists(run.resolve(RunFiles.RECIPE)))) {
                for (Path run : all) {
                    runs.put(run.getFileName().toString(), run);
                    if (runs.size() > MOST_RUNS) {
                        runs.pollLastEntry();
                    }
                }
            }
        }
        return runs;
    }

    /** The run called {@code name}. */
    Path find(String name) throws IOException {
        return Optional.ofNullable(runs().get(name)).orElseThrow(() -> Refusal.notThere("there is no run '" + Printable.brief(name)
                + "' in this folder; the list of runs has them all"));
    }
}
