package cairn.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The time in which this process may unpack libraries into a {@link LibraryFolder}. JavaCPP gives the files the rights that the user's umask
 * leaves, which may be rights for a group. The next process would not trust them, so they are taken away at the end.
 *
 * <p>Meanwhile a lock on a file in the folder is shared by all processes that unpack. So one that finds such files knows whether to wait.
 */
public final class Unpacking {
    private static final String LOCK = ".cairn.lock";
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final int ATTEMPTS = 600;
    private static final int MILLIS_BETWEEN = 100;

    private final Optional<Path> folder;
    private final List<String> passedOver;
    private final Optional<FileChannel> lock;
    private boolean isEnded;

    private Unpacking(Optional<Path> folder, List<String> passedOver, Optional<FileChannel> lock) {
        this.folder = folder;
        this.passedOver = passedOver;
        this.lock = lock;
    }

    /** Where JavaCPP's own choice of a folder stays. */
    static Unpacking none() {
        return new Unpacking(Optional.empty(), List.of(), Optional.empty());
    }

    static Unpacking begin(LibraryFolder.Choice choice) {
        Optional<FileChannel> lock = locked(choice.folder(), true, StandardOpenOption.CREATE);
        Unpacking begun = new Unpacking(Optional.of(choice.folder()), choice.passedOver(), lock);
        // A process that fails or is interrupted meanwhile.
        Runtime.getRuntime().addShutdownHook(new Thread(begun::end));
        return begun;
    }

    /** Why the usual folders are not used; empty if the first one is. */
    public List<String> passedOver() {
        return passedOver;
    }

    /** The libraries are loaded. Further calls do nothing. */
    public synchronized void end() {
        if (isEnded) {
            return;
        }
        isEnded = true;
        try {
            if (folder.isPresent()) {
                seal(folder.get());
            }
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException | UncheckedIOException e) {
            // Then the next process finds what it does not trust, and uses another folder.
        }
    }

    /** Takes the right to write into {@code folder}, and into all that is in it, from others, as far as it is this user's. */
    static void seal(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                if (!Files.isSymbolicLink(path)) {
                    seal(path, Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                }
            }
        }
    }

    private static void seal(Path path, Set<PosixFilePermission> permissions) throws IOException {
        if (permissions.removeAll(OF_OTHERS)) {
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    /** Returns when no other process unpacks into {@code folder}; false if none did, or if one does so for too long. */
    static boolean awaitOthers(Path folder) {
        Optional<FileChannel> lock = locked(folder, false);
        try {
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException e) {
            // The lock ends with the channel.
        }
        return lock.isPresent();
    }

    /** The channel holds the lock. Empty if there is no such file, or if it cannot be locked: then no process waits. */
    private static Optional<FileChannel> locked(Path folder, boolean isShared, StandardOpenOption... more) {
        Set<OpenOption> options = new HashSet<>(List.of(more));
        options.addAll(List.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        try {
            FileChannel channel = FileChannel.open(folder.resolve(LOCK), options);
            for (int i = 0; i < ATTEMPTS; i++) {
                Optional<FileLock> lock = attempt(channel, isShared);
                if (lock.isPresent()) {
                    return Optional.of(channel);
                }
                Thread.sleep(MILLIS_BETWEEN);
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<FileLock> attempt(FileChannel channel, boolean isShared) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(0, Long.MAX_VALUE, isShared));
        } catch (OverlappingFileLockException ofThisProcess) {
            return Optional.empty();
        }
    }
}
