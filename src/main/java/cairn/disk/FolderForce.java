package cairn.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forces the names in folders, and finds out where that is not possible. Some network and user-space file systems have no such operation,
 * and each says so in its own way (EINVAL, ENOTSUP, EBADF, EACCES), which Java gives as a text in the language of the user. So no text
 * decides, but what the folder does: it was never forced before, it refuses twice, and a file in it can be forced. What is worded as this
 * system words a read error is an error wherever it occurs.
 */
final class FolderForce {
    private static final boolean HAS_OPERATION = java.io.File.separatorChar == '/';

    /** Asks the system to force what a channel is open on. */
    interface Force {
        void on(FileChannel channel) throws IOException;
    }

    private final Force folders;
    private final Force files;
    /** Whether a folder can be forced, once that is known. */
    private final Map<Path, Boolean> known = new ConcurrentHashMap<>();

    FolderForce() {
        this(channel -> channel.force(true), channel -> channel.force(true));
    }

    /** With other ways to force a folder, and a file. */
    FolderForce(Force folders, Force files) {
        this.folders = folders;
        this.files = files;
    }

    /** Returns when the names are on the medium; false if this folder cannot be forced. */
    boolean force(Path folder) throws IOException {
        if (!HAS_OPERATION || !known.getOrDefault(folder, true)) {
            return false;
        }
        Optional<IOException> failure = attempt(folder);
        if (failure.isPresent() && (known.containsKey(folder) || !isUnsupported(folder, failure.get()))) {
            throw named(folder, failure.get());
        }
        known.put(folder, failure.isEmpty());
        return failure.isEmpty();
    }

    private Optional<IOException> attempt(Path folder) throws NoSuchFileException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            folders.on(channel);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private boolean isUnsupported(Path folder, IOException failure) throws IOException {
        return !readError().equals(Optional.ofNullable(failure.getMessage())) && forcesFiles(folder) && attempt(folder).isPresent();
    }

    private boolean forcesFiles(Path folder) {
        try {
            Path file = Files.createTempFile(folder, AtomicWrite.PENDING, ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                files.on(channel);
                return true;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** How this system words a read error: it has one at an address at which no process has memory. */
    static Optional<String> readError() {
        try (InputStream memory = Files.newInputStream(Path.of("/proc/self/mem"))) {
            memory.read();
            return Optional.empty();
        } catch (FileSystemException cannotBeOpened) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static FileSystemException named(Path folder, IOException failure) {
        FileSystemException named = new FileSystemException(folder.toString(), null, "its names cannot be forced to the disk: "
                + (failure instanceof FileSystemException e ? RealDisk.worded(e).getReason() : failure.getMessage()));
        named.initCause(failure);
        return named;
    }
}
