package cairn.disk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that is locked through the operating system. It holds the name of the process that has locked it, for the message to others;
 * the name is written if that is possible (a full disk must not hinder the one who is about to free it).
 *
 * <p>POSIX drops a process's lock as soon as it closes <em>any</em> descriptor of the file, so this process must not even open the
 * file a second time. Hence a register as wide as the process (and wider than a class loader): its system properties.
 */
final class LockFile implements Disk.Lock {
    /** The locked byte lies beyond the text, because Windows keeps others from reading a locked region. */
    private static final long LOCKED_BYTE = 1L << 30;
    private static final int MOST_TEXT = 400;
    private static final int ATTEMPTS = 3;
    /** Whole or cut short, and before it perhaps the zeros that a power failure leaves of a text which was not forced. */
    private static final String HOLDER = "\0*(p|pr|pro|proc|proce|proces|process|process [0-9]*( on?| on [^\n]*\n?)?)?\0*";

    private final Path file;
    private final FileChannel channel;
    /** Empty if this file system gives the same file another identity each time: then only that a file is there can be seen. */
    private final Optional<FileIdentity> identity;
    private final String registered;
    private final String self;

    private LockFile(Path file, FileChannel channel, Optional<FileIdentity> identity, String registered, String self) {
        this.file = file;
        this.channel = channel;
        this.identity = identity;
        this.registered = registered;
        this.self = self;
    }

    /**
     * Locks {@code file}, and makes it if need be.
     *
     * @throws FolderInUseException if another process, or another part of this one, has locked it
     * @throws FileSystemException if a file of another program stands there; it is left as it is
     */
    static LockFile take(Path file) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Optional<FileIdentity> before = made(file);
            if (before.isPresent()) {
                Optional<LockFile> lock = take(file, before.get(), attempt == ATTEMPTS);
                if (lock.isPresent()) {
                    return lock.get();
                }
            } else if (attempt == ATTEMPTS) {
                throw lost(file, "its file '" + file.getFileName() + "' is deleted as soon as it is made");
            }
        }
    }

    private static Optional<FileIdentity> made(Path file) throws IOException {
        Optional<FileIdentity> there = FileIdentity.of(file);
        if (there.isEmpty()) {
            try {
                Files.createFile(file);
            } catch (FileAlreadyExistsException byAnother) {
                // Then that one is used.
            } catch (FileSystemException e) {
                throw e.getReason() == null ? e : notMade(file, e);
            }
            there = FileIdentity.of(file);
        }
        return there;
    }

    /** Java's exceptions without a kind of their own have the system's words only, such as "No space left on device". */
    private static FileSystemException notMade(Path file, FileSystemException e) {
        FileSystemException named = new FileSystemException(file.toString(), null, "it cannot be made: " + e.getReason() + ". Without it nothing is"
                + " changed in this folder, because another process could change it at the same time. If the disk is full, it has no space"
                + " for one more file (also shown by `df -i`): delete or move away any other file on it, and try again");
        named.initCause(e);
        return named;
    }

    /** Empty if the file at this path was replaced meanwhile by another one: then the lock of the old one is worth nothing. */
    private static Optional<LockFile> take(Path file, FileIdentity identity, boolean isLastAttempt) throws IOException {
        String registered = "cairn.lock:" + identity.name(file);
        String self = "process " + ProcessHandle.current().pid() + " on " + host();
        Object other = System.getProperties().putIfAbsent(registered, self);
        if (other != null) {
            throw new FolderInUseException(folder(file), other + " (this one)");
        }
        boolean isTaken = false;
        try {
            FileChannel channel = locked(file);
            try {
                boolean isSame = FileIdentity.of(file).equals(Optional.of(identity));
                if (isSame || isLastAttempt) {
                    requireOwn(file, channel);
                    LockFile lock = new LockFile(file, channel, isSame ? Optional.of(identity) : Optional.empty(), registered, self);
                    lock.writeHolder();
                    isTaken = true;
                    return Optional.of(lock);
                }
                return Optional.empty();
            } finally {
                if (!isTaken) {
                    channel.close();
                }
            }
        } finally {
            if (!isTaken) {
                System.getProperties().remove(registered, self);
            }
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                String holder = text(channel).replace("\0", "").strip();
                throw new FolderInUseException(folder(file), holder.isEmpty() ? "a process that did not write its name" : holder);
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new FolderInUseException(folder(file), "this process");
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (e.getClass() == IOException.class) {
                // The operating system's own, such as "No locks available", which does not say where.
                FileSystemException named = new FileSystemException(file.toString(), null, "it cannot be locked: " + e.getMessage()
                        + ". Use a folder on another file system; nothing was begun.");
                named.initCause(e);
                throw named;
            }
            throw e;
        }
    }

    /** A file of this name with another content was not written here, and its content is not emptied. */
    private static void requireOwn(Path file, FileChannel channel) throws IOException {
        if (channel.size() > MOST_TEXT || !text(channel).matches(HOLDER)) {
            throw new FileSystemException(file.toString(), null, "it is the file of another program or user: expected it empty, or with the"
                    + " name of a process, because a folder into which Cairn writes is locked by a file of this name. It was left as it is:"
                    + " move it away, or use another folder");
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MOST_TEXT);
        channel.read(text, 0);
        return StandardCharsets.UTF_8.decode(text.flip()).toString();
    }

    private void writeHolder() {
        try {
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(self + "\n"), 0);
        } catch (IOException courtesy) {
            // The lock is held without it. The disk may be full, and this process may be about to free some of it.
        }
    }

    @Override
    public void requireHeld() throws IOException {
        Optional<FileIdentity> there;
        try {
            there = FileIdentity.of(file);
        } catch (IrregularFileException e) {
            throw lost(file, "its file '" + file.getFileName() + "' was replaced by something that is no file");
        }
        if (there.isEmpty()) {
            throw lost(file, Files.exists(folder(file)) ? "its file '" + file.getFileName() + "' is gone; it was deleted, or this is another"
                    + " folder" : "it was moved, renamed or deleted, and there is none of that name now");
        } else if (identity.isPresent() && !identity.equals(there)) {
            throw lost(file, "it was moved, renamed or deleted and another folder took its place, or its file '" + file.getFileName()
                    + "' was replaced");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.truncate(0);
        } catch (IOException courtesy) {
            // The lock is released with the channel, whatever the file still says.
        } finally {
            channel.close();
            System.getProperties().remove(registered, self);
        }
    }

    private static FolderLostException lost(Path file, String what) {
        return new FolderLostException(folder(file), what);
    }

    private static Path folder(Path file) {
        return file.toAbsolutePath().getParent();
    }

    /** The name of this machine, from where asking does not involve the network if there is such a place. */
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException notLinux) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "an unnamed host";
            }
        }
    }
}
