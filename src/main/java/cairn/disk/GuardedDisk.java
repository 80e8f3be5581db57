package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk as the holder of a folder's lock uses it: before each operation that changes anything by its path, and before each append, it
 * is asked whether the folder there is still the one that was locked. So a process whose folder was moved, deleted or replaced touches
 * nothing of what took its place, not even to clean up behind a failure.
 */
public final class GuardedDisk implements Disk {
    private final Disk disk;
    private final Lock lock;

    public GuardedDisk(Disk disk, Lock lock) {
        this.disk = disk;
        this.lock = lock;
    }

    @Override
    public Output create(Path file) throws IOException {
        lock.requireHeld();
        // What is written goes into the open file, wherever its name is meanwhile.
        return disk.create(file);
    }

    @Override
    public Appended append(Path file) throws IOException {
        lock.requireHeld();
        return new GuardedAppended(disk.append(file));
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
        return disk.open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        lock.requireHeld();
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        lock.requireHeld();
        disk.delete(file);
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return disk.exists(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        lock.requireHeld();
        disk.createFolders(folder);
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        lock.requireHeld();
        return disk.forceFolder(folder);
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
