package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk that numbers its operations from 1 and fails at one of them: only that one, or from there on (as for a process that
 * is no more). A write that fails has written the first half.
 */
public class FaultyDisk implements Disk {

    /** What goes wrong. */
    public enum Fault {
        NO_SPACE("No space left on device"), IO_ERROR("Input/output error"), NO_ACCESS("Permission denied"), CRASH("the process is dead");

        private final String text;

        Fault(String text) {
            this.text = text;
        }
    }

    private final Disk disk;
    private final List<String> operations = new ArrayList<>();
    private int failAt = Integer.MAX_VALUE;
    private Fault fault = Fault.CRASH;
    private boolean isLasting;
    private String counted = "";

    public FaultyDisk(Disk disk) {
        this.disk = disk;
    }

    /** Operation {@code number}, counted from now, will fail; after a crash, so will all that follow. */
    public void failAt(int number, Fault with) {
        this.failAt = operations.size() + number;
        this.fault = with;
    }

    /** Operation {@code number}, counted from now, and all that follow will fail, until {@link #repair}. */
    public void failFrom(int number, Fault with) {
        failAt(number, with);
        isLasting = true;
    }

    /** From now on nothing fails. */
    public void repair() {
        failAt = Integer.MAX_VALUE;
        isLasting = false;
    }

    /** Only operations on files of this name are numbered, and only they fail; but for a crash, after which none can be done. */
    public FaultyDisk counting(String fileName) {
        counted = fileName;
        return this;
    }

    /** What was done so far, such as {@code force pending-x}, or {@code force pending-x: failed}. */
    public List<String> operations() {
        return List.copyOf(operations);
    }

    /** Whether the fault has happened. */
    public boolean hasFailed() {
        return operations.size() >= failAt;
    }

    private Optional<IOException> next(String operation, Path file) {
        String text = operation + " " + file.getFileName();
        if (!counted.isEmpty() && !file.getFileName().toString().equals(counted) && !(hasFailed() && fault == Fault.CRASH)) {
            return Optional.empty();
        }
        operations.add(text);
        int number = operations.size();
        if (number == failAt || (fault == Fault.CRASH || isLasting) && number > failAt) {
            operations.set(number - 1, text + ": failed");
            return Optional.of(new IOException(fault.text + " (made up: " + text + ")"));
        }
        return Optional.empty();
    }

    private void operation(String operation, Path file) throws IOException {
        Optional<IOException> failure = next(operation, file);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void force(String operation, Path file) throws IOException {
        Optional<IOException> failure = next(operation, file);
        if (failure.isPresent()) {
            if (fault != Fault.CRASH && disk instanceof MemoryDisk memory) {
                memory.failForce(file);
            }
            throw failure.get();
        }
    }

    @Override
    public NewFile create(Path file, long bytes) throws IOException {
        operation("create", file);
        return new Created(file, disk.create(file, bytes));
    }

    @Override
    public Appended append(Path file) throws IOException {
        operation("append", file);
        Appended output = disk.append(file);
        return new AppendedTo(file, output);
    }

    /** A file being written, each operation of which may fail. */
    private class Watched<T extends Output> implements Output {
        final Path file;
        final T output;

        Watched(Path file, T output) {
            this.file = file;
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            Optional<IOException> failure = next("write", file);
            if (failure.isPresent()) {
                output.write(bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2));
                throw failure.get();
            }
            output.write(bytes);
        }

        @Override
        public void force() throws IOException {
            FaultyDisk.this.force("force", file);
            output.force();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }

    private final class Created extends Watched<NewFile> implements NewFile {
        Created(Path file, NewFile output) {
            super(file, output);
        }

        @Override
        public void reserve(int bytes) throws IOException {
            output.reserve(bytes);
        }

        @Override
        public void writeHead(ByteBuffer bytes) throws IOException {
            Optional<IOException> failure = next("write", file);
            if (failure.isPresent()) {
                output.writeHead(bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2));
                throw failure.get();
            }
            output.writeHead(bytes);
        }
    }

    private final class AppendedTo extends Watched<Appended> implements Appended {
        AppendedTo(Path file, Appended output) {
            super(file, output);
        }

        @Override
        public void truncate(long size) throws IOException {
            operation("truncate", file);
            output.truncate(size);
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        operation("open", file);
        Input input = disk.open(file);
        return new Input() {
            @Override
            public long size() throws IOException {
                operation("size", file);
                return input.size();
            }

            @Override
            public int read(ByteBuffer target, long offset) throws IOException {
                operation("read", file);
                return input.read(target, offset);
            }

            @Override
            public void close() throws IOException {
                input.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        operation("rename", from);
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        operation("delete", file);
        disk.delete(file);
    }

    @Override
    public boolean exists(Path file) throws IOException {
        operation("exists", file);
        return disk.exists(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        operation("list", folder);
        return disk.list(folder);
    }

    @Override
    public Path real(Path folder) throws IOException {
        return disk.real(folder);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        operation("create-folders", folder);
        disk.createFolders(folder);
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        force("force-folder", folder);
        return disk.forceFolder(folder);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        operation("usable-bytes", folder);
        return disk.usableBytes(folder);
    }

    @Override
    public Lock lock(Path file) throws IOException {
        operation("lock", file);
        Lock lock = disk.lock(file);
        return new Lock() {
            @Override
            public void requireHeld() throws IOException {
                operation("held", file);
                lock.requireHeld();
            }

            @Override
            public void close() throws IOException {
                lock.close();
            }
        };
    }
}
