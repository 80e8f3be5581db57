package cairn.state;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Memory for the bytes of tensors. Large ones lie off the Java heap, because a state may be larger than the heap of the training that it
 * belongs to: then it can be saved, and must be read again.
 *
 * <p>Java frees such memory when its collector has found that nothing uses it, but the collector runs for the heap alone, and there each
 * piece is tiny. So it is asked to run whenever as much has been allocated as was still in use after the last time.
 */
public final class StateMemory {
    /** Pieces below this size lie on the heap, where they cost least. A model of very many of them is small all the same. */
    private static final int SMALL = 1 << 12;
    /** The collector is not asked to run for less. */
    private static final long WORTH_A_COLLECTION = 256L << 20;
    /** Less is not compared with the memory that there is; Java allows more, unless its heap is too small for anything. */
    private static final long WORTH_A_LOOK = 8 << 20;
    /** How long the thread that counts what is freed is waited for. */
    private static final long PATIENCE_MILLIS = 200;

    private static final Cleaner FREED = Cleaner.create();
    private static final AtomicLong IN_USE = new AtomicLong();
    private static final AtomicLong THRESHOLD = new AtomicLong(WORTH_A_COLLECTION);

    private StateMemory() {
    }

    /**
     * Refuses a state for which there is no room, before any of it is read or captured.
     *
     * @param refused what cannot be done then, such as {@code cannot read FILE}
     * @param bytes the size of the state
     * @param held bytes in memory already that it takes the place of
     * @throws MemoryException if Java may use less off its heap, or if less is free
     */
    public static void requireRoom(String refused, long bytes, long held) {
        if (bytes <= WORTH_A_LOOK) {
            return;
        }
        if (isMore(bytes - held, () -> ProcessMemory.offHeap() - IN_USE.get())) {
            throw MemoryException.offHeap(refused, bytes - held + IN_USE.get());
        } else if (isMore(bytes - held, ProcessMemory::free)) {
            throw MemoryException.ofMachine(refused, bytes);
        }
    }

    /** What is used no more is free only when the collector has run. */
    private static boolean isMore(long bytes, LongSupplier room) {
        if (bytes <= room.getAsLong()) {
            return false;
        }
        runCollector();
        return bytes > room.getAsLong();
    }

    /**
     * A buffer of zeros.
     *
     * @throws OutOfMemoryError if there is no room for it
     */
    public static ByteBuffer allocate(int bytes) {
        if (bytes < SMALL) {
            return ByteBuffer.allocate(bytes);
        }
        if (IN_USE.get() + bytes > THRESHOLD.get()) {
            collect(bytes);
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        IN_USE.addAndGet(bytes);
        // Views of the buffer keep the buffer itself alive.
        FREED.register(buffer, () -> IN_USE.addAndGet(-bytes));
        return buffer;
    }

    /** The bytes off the heap that are in use, as far as the collector has found out. */
    public static long bytes() {
        return IN_USE.get();
    }

    private static synchronized void collect(int bytes) {
        if (IN_USE.get() + bytes <= THRESHOLD.get()) {
            return;
        }
        runCollector();
        THRESHOLD.set(Math.max(WORTH_A_COLLECTION, 2 * (IN_USE.get() + bytes)));
    }

    private static void runCollector() {
        long before = IN_USE.get();
        System.gc();
        try {
            for (long waited = 0; IN_USE.get() == before && before > 0 && waited < PATIENCE_MILLIS; waited++) {
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
