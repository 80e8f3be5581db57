package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The file system of this machine. Its exceptions about a path say in words what is wrong there. */
public final class RealDisk implements Disk {
    /** Bytes of heap memory handed to the system at once: the JDK makes a direct copy of each portion, and keeps it. */
    private static final int PORTION = 1 << 20;

    private final FolderForce folderForce = new FolderForce();
    private final DirectFile.Folders direct = new DirectFile.Folders();

    @Override
    public NewFile create(Path file, long bytes) throws IOException {
        return worded(() -> {
            Optional<NewFile> made = direct.create(file, bytes);
            return made.isPresent() ? made.get()
                    : new File(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        });
    }

    /** A file being written, at the position of its channel. */
    private record File(FileChannel channel) implements NewFile {
        @Override
        public void reserve(int bytes) throws IOException {
            channel.position(bytes);
        }

        @Override
        public void writeHead(ByteBuffer bytes) throws IOException {
            long end = channel.position();
            channel.position(0);
            write(bytes);
            channel.position(end);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                ByteBuffer portion = rest.slice(rest.position(), rest.isDirect() ? rest.remaining() : Math.min(PORTION, rest.remaining()));
                rest.position(rest.position() + channel.write(portion));
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public Appended append(Path file) throws IOException {
        return worded(() -> {
            FileIdentity.of(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            try {
                channel.position(channel.size());
                // Only now: a file system of layers copies a file when it is opened to be written, and the copy is another one.
                return new AppendedFile(file, new File(channel), FileIdentity.of(file));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        });
    }

    /** A file to which is appended, as long as it is the one at its path. */
    private record AppendedFile(Path path, File file, Optional<FileIdentity> identity) implements Appended {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            requireThere();
            file.write(bytes);
        }

        @Override
        public void truncate(long size) throws IOException {
            requireThere();
            file.channel.truncate(size);
            file.channel.position(size);
        }

        @Override
        public void force() throws IOException {
            requireThere();
            file.force();
        }

        private void requireThere() throws IOException {
            if (identity.isEmpty() || !FileIdentity.of(path).equals(identity)) {
                throw new FileLostException(path);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        return worded(() -> {
            // Opening a pipe would wait until another process writes into it.
            FileIdentity.requirePlain(file, Files.readAttributes(file, BasicFileAttributes.class));
            return new Source(FileChannel.open(file, StandardOpenOption.READ));
        });
    }

    /** A file being read. */
    private record Source(FileChannel channel) implements Input {
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
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        worded(() -> {
            // What stands there must be a file, or nothing.
            FileIdentity.of(to);
            return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        worded(() -> Files.deleteIfExists(file));
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return worded(() -> {
            try {
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return true;
            } catch (NoSuchFileException e) {
                return false;
            } catch (FileSystemException e) {
                // Below a file there is nothing. Any other error does not say whether there is.
                Path above = file.toAbsolutePath().getParent();
                while (above != null && !Files.exists(above)) {
                    above = above.getParent();
                }
                if (above == null || Files.isDirectory(above)) {
                    throw e;
                }
                return false;
            }
        });
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return worded(() -> {
            try (Stream<Path> files = Files.list(folder)) {
                return files.map(f -> f.getFileName().toString()).toList();
            } catch (java.io.UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    @Override
    public Path real(Path folder) throws IOException {
        return Files.isSymbolicLink(folder) ? folder.toRealPath() : folder.toAbsolutePath().normalize();
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
        worded(() -> Files.createDirectories(absolute));
        forceFolder(absolute.getParent());
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        return folderForce.force(folder);
    }

    /** A file system that has no bytes at all, used or free, is one that does not tell. */
    @Override
    public long usableBytes(Path folder) {
        java.io.File place = folder.toFile();
        return place.getTotalSpace() == 0 ? Long.MAX_VALUE : place.getUsableSpace();
    }

    @Override
    public Lock lock(Path file) throws IOException {
        return worded(() -> LockFile.take(file));
    }

    private interface Operation<T> {
        T result() throws IOException;
    }

    private static <T> T worded(Operation<T> operation) throws IOException {
        try {
            return operation.result();
        } catch (FileSystemException e) {
            throw worded(e);
        }
    }

    /** Java's own exceptions of some kinds say where, and not what. */
    static FileSystemException worded(FileSystemException e) {
        if (e.getReason() != null) {
            return e;
        }
        String file = e.getFile();
        FileSystemException worded = e instanceof NoSuchFileException ? new NoSuchFileException(file, e.getOtherFile(),
                        "there is no such file or folder")
                : e instanceof AccessDeniedException ? new AccessDeniedException(file, e.getOtherFile(), "this user has no permission for it")
                : e instanceof FileAlreadyExistsException ? new FileAlreadyExistsException(file, e.getOtherFile(), "it exists already")
                : new FileSystemException(file, e.getOtherFile(), e instanceof NotDirectoryException ? "it is no folder"
                        : e instanceof DirectoryNotEmptyException ? "it is a folder, and not an empty one" : e.getClass().getSimpleName());
        worded.initCause(e);
        return worded;
    }
}
