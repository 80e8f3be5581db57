package cairn.page;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The private file that opens the page. It leads a browser to the address of the page with the token behind its {@code #}, which no browser
 * sends to a server. So the token stands in no list of processes and in no log. Only its owner can read the file.
 */
final class Entrance implements Closeable {
    private static final String FOLDER = "rwx------";
    private static final String FILE = "rw-------";
    private final Path folder;
    private final Path file;
    private final String address;

    private Entrance(Path folder, String address) {
        this.folder = folder;
        this.file = folder.resolve("open.html");
        this.address = address;
    }

    /** Makes the file in a new folder of its own. */
    static Entrance of(String address, Token token) throws IOException {
        Path folder = Files.createTempDirectory("cairn-page-", attributes(FOLDER));
        Entrance entrance = new Entrance(folder, address);
        entrance.write(token);
        return entrance;
    }

    Path file() {
        return file;
    }

    /** Writes the token that opens the page next. */
    synchronized void write(Token token) throws IOException {
        Path next = folder.resolve("next.html");
        Files.deleteIfExists(next);
        Files.createFile(next, attributes(FILE));
        Files.writeString(next, """
                <!doctype html>
                <meta charset="utf-8">
                <meta name="referrer" content="no-referrer">
                <meta http-equiv="refresh" content="0; url=%1$s#%2$s">
                <title>Cairn</title>
                <p><a href="%1$s#%2$s">Open the page</a></p>
                """.formatted(address, token.entrance()), StandardCharsets.UTF_8, StandardOpenOption.TRUNCATE_EXISTING);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Rights from the beginning, so that there is no moment at which others can read; none where the file system has no such rights. */
    private static FileAttribute<?>[] attributes(String rights) throws IOException {
        FileStore store = Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir")));
        return store.supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))} : new FileAttribute<?>[0];
    }

    @Override
    public synchronized void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder.resolve("next.html"));
        Files.deleteIfExists(folder);
    }
}
