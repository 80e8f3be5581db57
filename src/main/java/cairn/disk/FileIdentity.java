package cairn.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * Which file stands at a path: what distinguishes it from another one that takes its place. While a process has a file open, no other
 * file gets its identity.
 *
 * @param key device and inode; where a file system has none (Windows), the time of creation
 */
record FileIdentity(Object key) {

    /**
     * The plain file at {@code path}; empty if nothing stands there.
     *
     * @throws IrregularFileException if anything else stands there, such as a symbolic link
     */
    static Optional<FileIdentity> of(Path path) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            requirePlain(path, found);
            return Optional.of(new FileIdentity(found.fileKey() == null ? found.creationTime() : found.fileKey()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** A name of the file at {@code path}, whose identity this is: the same whatever path leads to it. */
    String name(Path path) throws IOException {
        return key instanceof FileTime ? path.toRealPath().toString() : key.toString();
    }

    /** Refuses what is not a plain file; {@code found} are the attributes of what stands at {@code path}. */
    static void requirePlain(Path path, BasicFileAttributes found) throws IrregularFileException {
        if (!found.isRegularFile()) {
            throw new IrregularFileException(path, found.isSymbolicLink() ? "a symbolic link" : found.isDirectory() ? "a folder"
                    : "a pipe, a socket or a device");
        }
    }
}
