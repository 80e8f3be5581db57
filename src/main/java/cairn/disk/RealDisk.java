package cairn.disk;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The file system of this machine. */
public final class RealDisk implements Disk {
    /** Bytes handed to the system at once: for heap memory the JDK makes a direct copy of each portion, and keeps it. */
    private static final int PORTION = 1 << 20;
    /** The locked byte lies beyond the text, because Windows keeps others from reading a locked region. */
    private static final long LOCKED_BYTE = 1L << 30;
    private static final boolean CAN_FORCE_FOLDERS = java.io.File.separatorChar == '/';

    @Override
    public Output create(Path file) throws IOException {
        return new File(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public Appended append(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.position(channel.size());
            return new File(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A file being written, at the position of its channel. */
    private record File(FileChannel channel) implements Appended {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                ByteBuffer portion = rest.slice(rest.position(), Math.min(PORTION, rest.remaining()));
                rest.position(rest.position() + channel.write(portion));
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.position(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new Input() {
            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public int read(ByteBuffer target, long offset) throws IOException {
                int done = 0;
                while (target.hasRemaining()) {
                    ByteBuffer portion = target.slice(target.position(), Math.min(PORTION, target.remaining()));
                    int n = channel.read(portion, offset + done);
                    if (n < 0) {
                        break;
                    }
                    done += n;
                    target.position(target.position() + n);
                }
                return done;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            return;
        }
        if (absolute.getParent() != null) {
            createFolders(absolute.getParent());
        }
        Files.createDirectories(absolute);
        forceFolder(absolute.getParent());
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        if (!CAN_FORCE_FOLDERS) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // EINVAL is how a file system (some network and user-space ones) says that it has no such operation.
            if ("Invalid argument".equals(e.getMessage())) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /**
     * POSIX drops a process's lock as soon as it closes <em>any</em> descriptor of the file, so this process must not even open
     * the file a second time. Hence a register as wide as the process (and wider than a class loader): its system properties.
     */
    @Override
    public Closeable lock(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        String key = "cairn.lock:" + folder.toRealPath().resolve(file.getFileName());
        String self = "process " + ProcessHandle.current().pid() + " on " + host();
        Object other = System.getProperties().putIfAbsent(key, self);
        if (other != null) {
            throw new FolderInUseException(folder, other + " (this one)");
        }
        try {
            FileChannel channel = lockChannel(file, folder, self);
            return () -> {
                try {
                    channel.truncate(0);
                } finally {
                    channel.close();
                    System.getProperties().remove(key, self);
                }
            };
        } catch (IOException | RuntimeException e) {
            System.getProperties().remove(key, self);
            throw e;
        }
    }

    private static FileChannel lockChannel(Path file, Path folder, String self) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                ByteBuffer text = ByteBuffer.allocate(200);
                channel.read(text, 0);
                String holder = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
                throw new FolderInUseException(folder, holder.isEmpty() ? "a process that is just starting" : holder);
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(self + "\n"), 0);
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new FolderInUseException(folder, "this process");
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (e.getClass() == IOException.class) {
                // The operating system's own, such as "No space left on device", which does not say where.
                FileSystemException named = new FileSystemException(file.toString(), null, "it cannot be written: " + e.getMessage()
                        + ". If the disk is full, free some of it or use a folder on another; nothing was begun.");
                named.initCause(e);
                throw named;
            }
            throw e;
        }
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
