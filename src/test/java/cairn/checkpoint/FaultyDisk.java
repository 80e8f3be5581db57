package cairn.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk that numbers its operations from 1 and fails at one of them: only that one, or from there on (as for a process that
 * is no more). A write that fails has written the first half.
 */
class FaultyDisk implements Disk {
    private final Disk disk;
    private final List<String> operations = new ArrayList<>();
    private int failAt = Integer.MAX_VALUE;
    private boolean isFinal;

    FaultyDisk(Disk disk) {
        this.disk = disk;
    }

    /** Operation {@code number}, counted from now, will fail; if {@code isFinal}, so will all that follow. */
    void failAt(int number, boolean isFinal) {
        this.failAt = operations.size() + number;
        this.isFinal = isFinal;
    }

    /** What was done so far, such as {@code force pending-x}. */
    List<String> operations() {
        return List.copyOf(operations);
    }

    private boolean fails(String operation, Path file) {
        operations.add(operation + " " + file.getFileName());
        return operations.size() == failAt || isFinal && operations.size() > failAt;
    }

    private void operation(String operation, Path file) throws IOException {
        if (fails(operation, file)) {
            throw new IOException("No space left on device (made up: " + operation + " " + file.getFileName() + ")");
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        operation("create", file);
        Output output = disk.create(file);
        return new Output() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                if (fails("write", file)) {
                    output.write(bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2));
                    throw new IOException("No space left on device (made up: write " + file.getFileName() + ")");
                }
                output.write(bytes);
            }

            @Override
            public void force() throws IOException {
                operation("force", file);
                output.force();
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
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
    public void createFolders(Path folder) throws IOException {
        operation("create-folders", folder);
        disk.createFolders(folder);
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        operation("force-folder", folder);
        return disk.forceFolder(folder);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        operation("usable-bytes", folder);
        return disk.usableBytes(folder);
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        operation("lock", file);
        return disk.lock(file);
    }
}
