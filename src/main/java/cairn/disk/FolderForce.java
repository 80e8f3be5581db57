package cairn.disk;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Forces the names in folders, and finds out where that is not possible. Some network and user-space file systems have no such operation,
 * and each says so in its own way: EINVAL, ENOTSUP, EBADF, or EACCES already when the folder is opened. Any other failure, such as a full
 * disk or quota, is an error, however often it is repeated.
 *
 * <p>Java gives no number of an error, only the system's text for it in the language of the user. So this process makes each of these errors
 * once itself, where it does no harm, and compares the texts of this system with each other.
 */
final class FolderForce {
    private static final boolean HAS_OPERATION = java.io.File.separatorChar == '/';

    /** Asks the system to force what a channel is open on. */
    interface Force {
        void on(FileChannel channel) throws IOException;
    }

    private final Force folders;
    /** How this system words that something cannot be forced; found out when it is needed. */
    private final Supplier<Set<String>> refusals;
    /** Whether a folder can be forced, once that is known. */
    private final Map<Path, Boolean> known = new ConcurrentHashMap<>();

    FolderForce() {
        this(channel -> channel.force(true), FolderForce::refusals);
    }

    /** With another way to force a folder, and on a system with these words. */
    FolderForce(Force folders, Supplier<Set<String>> refusals) {
        this.folders = folders;
        this.refusals = refusals;
    }

    /** Returns when the names are on the medium; false if this folder cannot be forced. */
    boolean force(Path folder) throws IOException {
        if (!HAS_OPERATION || !known.getOrDefault(folder, true)) {
            return false;
        }
        Optional<IOException> failure = attempt(folder);
        if (failure.isPresent() && (known.containsKey(folder) || !isRefusal(failure.get()))) {
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

    private boolean isRefusal(IOException failure) {
        return failure instanceof AccessDeniedException
                || failure.getClass() == IOException.class && failure.getMessage() != null && refusals.get().contains(failure.getMessage());
    }

    /** How this system words EINVAL, EBADF and ENOTSUP, as far as they can be made here. */
    static Set<String> refusals() {
        Set<String> texts = new HashSet<>();
        try (FileChannel device = FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE)) {
            device.force(true);
        } catch (FileSystemException cannotBeOpened) {
            // Then there is nothing to compare with.
        } catch (IOException e) {
            texts.add(e.getMessage());
        }
        try (FileChannel none = new FileOutputStream(new FileDescriptor()).getChannel()) {
            none.force(true);
        } catch (IOException e) {
            texts.add(e.getMessage());
        }
        UserDefinedFileAttributeView view = Files.getFileAttributeView(Path.of("/proc/self/status"), UserDefinedFileAttributeView.class);
        try {
            if (view != null) {
                view.size("cairn");
            }
        } catch (IOException e) {
            // Java's own words stand before it.
            String text = String.valueOf(e.getMessage());
            texts.add(text.substring(text.lastIndexOf(": ") + 1).strip());
        }
        texts.remove("");
        texts.remove(null);
        return texts;
    }

    private static FileSystemException named(Path folder, IOException failure) {
        FileSystemException named = new FileSystemException(folder.toString(), null, "its names cannot be forced to the disk: "
                + (failure instanceof FileSystemException e ? RealDisk.worded(e).getReason() : failure.getMessage()));
        named.initCause(failure);
        return named;
    }
}
