package cairn.disk;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A machine on which whole runs are trained, and which crashes on demand: the process alone, or all of it, losing whatever was not
 * forced. Its disk is in memory.
 */
public final class Machine {

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

    /** The power comes back, and the disk is one of those that may have been left. */
    public synchronized void restartAfterPowerFailure(Random chance) {
        List<MemoryDisk> survivors = List.copyOf(memory.survivors());
        begin(survivors.get(chance.nextInt(survivors.size())));
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
                            : result instanceof Disk.NewFile created ? inTurn(Disk.NewFile.class, created, turn)
                            : result instanceof Disk.Input input ? inTurn(Disk.Input.class, input, turn) : result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
        }));
    }
}
