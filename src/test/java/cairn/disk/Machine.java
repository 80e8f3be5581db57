package cairn.disk;

import cairn.journal.DamagedJournalException;
import cairn.journal.RecordedSeries;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A machine on which whole runs are trained, and which crashes on demand: the process alone, or all of it, losing whatever was not
 * forced. Its disk is in memory.
 */
public final class Machine {
    private static final String JOURNAL = "journal.csv";

    private MemoryDisk memory;
    private FaultyDisk faulty;
    private Disk disk;

    public Machine(boolean renameReplaces) {
        begin(new MemoryDisk(renameReplaces));
    }

    private void begin(MemoryDisk left) {
        memory = left;
        faulty = new FaultyDisk(left);
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

    /**
     * The power comes back, and the disk is one of those that may have been left. Not one with a flipped bit in a journal: that is
     * refused until the user has repaired it.
     */
    public synchronized void restartAfterPowerFailure(Random chance) throws IOException {
        List<MemoryDisk> survivors = new ArrayList<>();
        for (MemoryDisk survivor : memory.survivors()) {
            if (areJournalsSound(survivor)) {
                survivors.add(survivor);
            }
        }
        begin(survivors.get(chance.nextInt(survivors.size())));
    }

    private static boolean areJournalsSound(MemoryDisk disk) throws IOException {
        for (Path file : disk.files().keySet()) {
            if (file.getFileName().toString().equals(JOURNAL)) {
                try {
                    RecordedSeries.read(disk, file, series -> false, 0, 0);
                } catch (DamagedJournalException e) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Everything on it but locks and what is half written. */
    public synchronized Map<Path, ByteBuffer> files() {
        Map<Path, ByteBuffer> files = new TreeMap<>(memory.files());
        files.keySet().removeIf(f -> f.getFileName().toString().matches("lock|pending-.*|cairn-replaced-.*"));
        return files;
    }

    /** {@code target}, used by one thread at a time. */
    private static <T> T inTurn(Class<T> type, T target, Object turn) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            synchronized (turn) {
                try {
                    Object result = method.invoke(target, arguments);
                    return result instanceof Disk.Appended appended ? inTurn(Disk.Appended.class, appended, turn)
                            : result instanceof Disk.Lock lock ? inTurn(Disk.Lock.class, lock, turn)
                            : result instanceof Disk.Output output ? inTurn(Disk.Output.class, output, turn)
                            : result instanceof Disk.Input input ? inTurn(Disk.Input.class, input, turn) : result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
        }));
    }
}
