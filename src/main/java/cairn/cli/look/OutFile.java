package cairn.cli.look;

import cairn.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * A file that a command writes its result into. The ending of its name says in which form. A file that exists is never replaced.
 *
 * @param ending without the point, in small letters
 */
public record OutFile(Path path, String ending) {
    /** What the help page says of the file. */
    public static final String NEVER_REPLACED = "A file that exists is never replaced.";

    /**
     * The place {@code path} for a result in one of the forms {@code endings}; asked before anything is computed.
     *
     * @throws FileAlreadyExistsException if there is something already
     */
    public static OutFile of(Path path, String... endings) throws IOException {
        String name = path.toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        Path folder = path.toAbsolutePath().getParent();
        if (!List.of(endings).contains(ending)) {
            throw CommandException.usage("-o " + path + ": expected a name that ends in ." + String.join(" or .", endings));
        } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(name, null, "it exists, and is not replaced; delete it first, or use another name");
        } else if (!Files.isDirectory(folder)) {
            throw CommandException.usage("-o " + path + ": there is no folder " + folder);
        } else if (!Files.isWritable(folder)) {
            throw CommandException.usage("-o " + path + ": the folder " + folder + " cannot be written");
        }
        return new OutFile(path, ending);
    }

    /** Whether it is to be a picture. */
    public boolean isPicture() {
        return ending.equals("svg") || ending.equals("png");
    }

    /** Writes the whole content. */
    public void write(byte[] content) throws IOException {
        Files.write(path, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
