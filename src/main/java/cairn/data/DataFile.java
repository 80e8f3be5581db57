package cairn.data;

import cairn.words.ByteSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Files of data, opened to be read. Only plain files are opened, and links to them: opening a pipe waits until another process writes into
 * it, perhaps for ever, and a device may have no end.
 */
public final class DataFile {
    private DataFile() {
    }

    /**
     * Refuses what is not a plain file. Whatever opens a file of data in another way than the methods here asks this first.
     *
     * @throws MalformedDataException if something else stands there
     * @throws java.nio.file.NoSuchFileException if nothing does
     */
    public static void requirePlain(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        if (!found.isRegularFile()) {
            throw new MalformedDataException(file, "kind of file", "expected a plain file, found " + (found.isDirectory() ? "a folder"
                    : "a pipe, a socket or a device"), found.isDirectory() ? "name a file in it, or move the folder away"
                            : "write what comes from it into a file, and name that");
        }
    }

    /** The bytes of a file; errors as {@link #requirePlain}. */
    public static InputStream open(Path file) throws IOException {
        requirePlain(file);
        return Files.newInputStream(file);
    }

    /** The text of a file in UTF-8; errors as {@link #requirePlain}, and a {@link CharacterCodingException} for bad bytes. */
    public static Reader text(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8.newDecoder()));
    }

    /**
     * All bytes of a file; errors as {@link #requirePlain}.
     *
     * @throws MalformedDataException if there are more than an array can have
     */
    public static byte[] whole(Path file) throws IOException {
        requirePlain(file);
        long most = Integer.MAX_VALUE - 8;
        long size = Files.size(file);
        if (size > most) {
            throw new MalformedDataException(file, "size", "it has " + ByteSize.text(size) + "; at most " + ByteSize.text(most)
                    + " can be read at once", "split it");
        }
        return Files.readAllBytes(file);
    }
}
