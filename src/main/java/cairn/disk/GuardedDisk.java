package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk as the holder of a folder's lock uses it: before each operation that changes anything by its path, and before each append, it
 * is asked whether the folder there is still the one that was locked. So a process whose folder was moved, deleted or replaced touches
 * nothing of what took its place, not even to clean up behind a failure. It is asked too after what a process reads there, and once more
 * when an operation fails, because the folder may be the reason.
 */
public final class GuardedDisk implements Disk {
    private final Disk disk;
    private final Lock lock;

    public GuardedDisk(Disk disk, Lock lock) {
        this.disk = disk;
        this.lock = lock;
    }

    private interface Operation<T> {
        T result() throws IOException;
    }

    private <T> T changing(Operation<T> operation) throws IOException {
        lock.requireHeld();
        return reading(operation);
    }

    private <T> T reading(Operation<T> operation) throws IOException {
        try {
            return operation.result();
        } catch (FileSystemException e) {
            lock.requireHeld();
            throw e;
        }
    }

    @Override
    public NewFile create(Path file, long bytes) throws IOException {
        // What is written goes into the open file, wherever its name is meanwhile.
        return changing(() -> disk.create(file, bytes));
    }

    @Override
    public Appended append(Path file) throws IOException {
        return changing(() -> new GuardedAppended(disk.append(file)));
    }

    private final class GuardedAppended implements Appended {
        private final Appended output;

        GuardedAppended(Appended output) {
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            lock.requireHeld();
            output.write(bytes);
        }

        @Override
        public void truncate(long size) throws IOException {
            lock.requireHeld();
            output.truncate(size);
        }

        @Override
        public void force() throws IOException {
            lock.requireHeld();
            output.force();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        Input input = reading(() -> disk.open(file));
        try {
            // Only then is it known to be a file of this folder.
            lock.requireHeld();
            return input;
        } catch (IOException e) {
            input.close();
            throw e;
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        changing(() -> {
            disk.rename(from, to);
            return to;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        changing(() -> {
            disk.delete(file);
            return file;
        });
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return disk.exists(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        List<String> names = reading(() -> disk.list(folder));
        lock.requireHeld();
        return names;
    }

    @Override
    public Path real(Path folder) throws IOException {
        return disk.real(folder);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        changing(() -> {
            disk.createFolders(folder);
            return folder;
        });
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        return changing(() -> disk.forceFolder(folder));
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return disk.usableBytes(folder);
    }

    @Override
    public Lock lock(Path file) throws IOException {
        return disk.lock(file);
    }
}
