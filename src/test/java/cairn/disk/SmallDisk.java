package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The file system, of which only so many bytes may be used. A file to which is appended takes whole blocks, so that a few bytes more fit
 * into its last one however full the disk is.
 */
public final class SmallDisk implements Disk {
    private static final long BLOCK = 4096;

    private final Disk disk = new RealDisk();
    private final Map<Path, Long> sizes = new ConcurrentHashMap<>();
    private final boolean isHonest;
    private long bytes;

    /** @param isHonest whether it says what is left; if not, it says that there is enough, and then there is not */
    public SmallDisk(long bytes, boolean isHonest) {
        this.bytes = bytes;
        this.isHonest = isHonest;
    }

    public synchronized void grow(long more) {
        bytes += more;
    }

    private synchronized long left() {
        return bytes - sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public NewFile create(Path file, long bytes) throws IOException {
        NewFile output = disk.create(file, bytes);
        sizes.put(file, 0L);
        return new LimitedNew(file, output);
    }

    @Override
    public Appended append(Path file) throws IOException {
        return new LimitedAppended(file, disk.append(file));
    }

    private class Limited<T extends Output> implements Output {
        final Path file;
        final T output;

        Limited(Path file, T output) {
            this.file = file;
            this.output = output;
        }

        @Override
        public void write(ByteBuffer rest) throws IOException {
            int fits = (int) Math.min(rest.remaining(), left());
            output.write(rest.duplicate().limit(rest.position() + fits));
            sizes.merge(file, (long) fits, Long::sum);
            if (fits < rest.remaining()) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            output.force();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }

    private final class LimitedNew extends Limited<NewFile> implements NewFile {
        LimitedNew(Path file, NewFile output) {
            super(file, output);
        }

        @Override
        public void reserve(int bytes) throws IOException {
            output.reserve(bytes);
        }

        @Override
        public void writeHead(ByteBuffer bytes) throws IOException {
            if (bytes.remaining() > left()) {
                throw new IOException("No space left on device");
            }
            output.writeHead(bytes);
            sizes.merge(file, (long) bytes.remaining(), Long::sum);
        }
    }

    private final class LimitedAppended extends Limited<Appended> implements Appended {
        private long size;

        LimitedAppended(Path file, Appended output) throws IOException {
            super(file, output);
            size = Files.size(file);
        }

        @Override
        public void write(ByteBuffer rest) throws IOException {
            long blocks = (size + rest.remaining() + BLOCK - 1) / BLOCK * BLOCK;
            if (blocks - sizes.getOrDefault(file, 0L) > left()) {
                throw new IOException("No space left on device");
            }
            output.write(rest);
            size += rest.remaining();
            sizes.put(file, blocks);
        }

        @Override
        public void truncate(long to) throws IOException {
            output.truncate(to);
            size = to;
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        return disk.open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
        sizes.put(to, sizes.remove(from));
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
        sizes.remove(file);
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
        disk.createFolders(folder);
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        return disk.forceFolder(folder);
    }

    @Override
    public long usableBytes(Path folder) {
        return isHonest ? left() : 1L << 40;
    }

    @Override
    public Lock lock(Path file) throws IOException {
        return disk.lock(file);
    }
}
