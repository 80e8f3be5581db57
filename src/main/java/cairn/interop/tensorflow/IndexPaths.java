package cairn.interop.tensorflow;

import cairn.disk.Disk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which index is meant by a path: its own; what the names of its files begin with; the file that names the newest one; or their folder. */
final class IndexPaths {
    private static final String NEWEST = "checkpoint";
    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern LINE = Pattern.compile("(?m)^\\s*model_checkpoint_path\\s*:\\s*\"([^\"\n]*)\"\\s*$");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.+=@ -]{1,200}");
    private static final Pattern DATA = Pattern.compile("(.+)\\.data-[0-9]{5}-of-[0-9]{5}");

    private IndexPaths() {
    }

    /**
     * The index; empty if the path names no checkpoint of TensorFlow. Whether the index is one is told by its bytes, which are not
     * read.
     */
    static Optional<Path> index(Path path, Disk disk) throws IOException {
        if (path.getFileName() == null) {
            return Optional.empty();
        }
        String name = path.getFileName().toString();
        Matcher data = DATA.matcher(name);
        if (name.endsWith(TensorBundle.INDEX) && name.length() > TensorBundle.INDEX.length()) {
            return Optional.of(path);
        } else if (disk.exists(path.resolve(NEWEST))) {
            return Optional.of(newest(path.resolve(NEWEST), disk));
        } else if (name.equals(NEWEST) && disk.exists(path)) {
            return Optional.of(newest(path, disk));
        }
        // A SavedModel keeps its checkpoint so.
        for (Path saved : List.of(path.resolve("variables").resolve("variables.index"), path.resolve("variables.index"))) {
            if (disk.exists(saved)) {
                return Optional.of(saved);
            }
        }
        Path beside = path.resolveSibling((data.matches() ? data.group(1) : name) + TensorBundle.INDEX);
        return disk.exists(beside) ? Optional.of(beside) : Optional.empty();
    }

    /** A file may name a neighbour, and nothing that lies elsewhere. */
    private static Path newest(Path file, Disk disk) throws IOException {
        String text;
        try (FileBytes bytes = FileBytes.open(file, disk)) {
            if (bytes.size() > MOST_BYTES) {
                throw new ForeignFileException(file.toString(), "", "a file that names the newest checkpoint has at most " + MOST_BYTES
                        + " bytes, this one has " + bytes.size());
            }
            text = StandardCharsets.UTF_8.decode(bytes.read(0, bytes.size(), "text")).toString();
        }
        Matcher line = LINE.matcher(text);
        if (!line.find()) {
            throw new ForeignFileException(file.toString(), "text", "expected the line model_checkpoint_path: \"NAME\"");
        }
        String name = line.group(1);
        if (!PLAIN.matcher(name).matches() || name.startsWith(".") || name.endsWith(" ")) {
            throw new ForeignFileException(file.toString(), "model_checkpoint_path", "it names \"" + name
                    + "\"; expected the plain name of a checkpoint beside it", "Name the .index file of the checkpoint instead.");
        }
        return file.resolveSibling(name + TensorBundle.INDEX);
    }
}
