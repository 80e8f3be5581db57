package cairn.checkpoint;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A machine on which whole runs are trained, and which crashes when it is told to: the process alone, or all of it, losing whatever
 * was not forced. Its disk is in memory, but for the journals, which a run writes past every {@link Disk}.
 */
public final class Machine {
    private static final String JOURNAL = "journal.csv";

    private final Path root;
    private MemoryDisk memory;
    private FaultyDisk faulty;
    private Disk disk;

    /** @param root a folder on the file system; everything of this machine is below it */
    public Machine(Path root, boolean renameReplaces) {
        this.root = root;
        begin(new MemoryDisk(renameReplaces));
    }

    private void begin(MemoryDisk left) {
        memory = left;
        faulty = new FaultyDisk(new JournalsApart(left));
        disk = inTurn(Disk.class, faulty, this);
    }

    /** Its disk, until the next start. */
    public Disk disk() {
        return disk;
    }

    /** From this operation on, counted from now, nothing can be done any more. */
    public synchronized void crashAt(int operation) {
        faulty.failAt(operation, FaultyDisk.Fault.CRASH);
    }

    public synchronized boolean hasCrashed() {
        return faulty.hasFailed();
    }

    /** Another process finds the disk as the last one has left it. */
    public synchronized void restart() {
        begin(memory.survivors().iterator().next());
    }

    /** The power comes back, and the disk is one of those that may have been left. Of a journal, which nobody forces, any part is. */
    public synchronized void restartAfterPowerFailure(Random chance) throws IOException {
        List<MemoryDisk> survivors = new ArrayList<>(memory.survivors());
        begin(survivors.get(chance.nextInt(survivors.size())));
        for (Path journal : journals()) {
            truncate(journal, chance.nextInt((int) Files.size(journal) + 1));
        }
    }

    /** The bytes that journals had when this was called, and nothing that is written to them later, as of a process that dies now. */
    public synchronized Closeable loseWhatJournalsGetFromNow() throws IOException {
        Map<Path, Long> sizes = new TreeMap<>();
        for (Path journal : journals()) {
            sizes.put(journal, Files.size(journal));
        }
        return () -> {
            for (Map.Entry<Path, Long> each : sizes.entrySet()) {
                truncate(each.getKey(), each.getValue());
            }
        };
    }

    /** Everything on it but locks and what is half written. */
    public synchronized Map<Path, ByteBuffer> files() throws IOException {
        Map<Path, ByteBuffer> files = new TreeMap<>(memory.files());
        for (Path journal : journals()) {
            files.put(journal, ByteBuffer.wrap(Files.readAllBytes(journal)));
        }
        files.keySet().removeIf(f -> f.getFileName().toString().matches("lock|pending-.*|cairn-replaced-.*"));
        return files;
    }

    private List<Path> journals() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(f -> f.getFileName().toString().equals(JOURNAL)).sorted().toList();
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (java.nio.channels.FileChannel channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** The same, for several threads. */
    private static <T> T inTurn(Class<T> type, T target, Object turn) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            synchronized (turn) {
                try {
                    Object result = method.invoke(target, arguments);
                    return result instanceof Disk.Output output ? inTurn(Disk.Output.class, output, turn)
                            : result instanceof Disk.Input input ? inTurn(Disk.Input.class, input, turn) : result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
        }));
    }

    private static final class JournalsApart implements Disk {
        private final Disk memory;
        private final Disk real = new RealDisk();

        JournalsApart(Disk memory) {
            this.memory = memory;
        }

        private Disk of(Path file) {
            return file.getFileName().toString().endsWith(JOURNAL) ? real : memory;
        }

        @Override
        public Output create(Path file) throws IOException {
            return of(file).create(file);
        }

        @Override
        public Input open(Path file) throws IOException {
            return of(file).open(file);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            of(from).rename(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            of(file).delete(file);
        }

        @Override
        public boolean exists(Path file) throws IOException {
            return of(file).exists(file);
        }

        @Override
        public List<String> list(Path folder) throws IOException {
            List<String> names = new ArrayList<>(memory.list(folder));
            real.list(folder).stream().filter(n -> n.endsWith(JOURNAL)).forEach(names::add);
            return names;
        }

        @Override
        public void createFolders(Path folder) throws IOException {
            memory.createFolders(folder);
            Files.createDirectories(folder);
        }

        @Override
        public boolean forceFolder(Path folder) throws IOException {
            return memory.forceFolder(folder);
        }

        @Override
        public long usableBytes(Path folder) throws IOException {
            return memory.usableBytes(folder);
        }

        @Override
        public Closeable lock(Path file) throws IOException {
            return memory.lock(file);
        }
    }
}
