package cairn.tensor;

import cairn.state.ElementType;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes how much memory a wiring would take, by wiring without allocating it: the arrays that this thread makes meanwhile share one
 * piece of memory, as large as the largest of them. Operations that are wired over them must never run.
 */
public final class AllocationDryRun {
    /** The dry run of this thread, while there is one. */
    private static final ThreadLocal<AllocationDryRun> OPEN = new ThreadLocal<>();
    /** An array of at most this many elements is really made, because it costs next to nothing. */
    private static final long SMALL = 1024;

    /** The wiring takes more than the limit. */
    private static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super(null, null, false, false);
        }
    }

    private final long most;
    private final Map<ElementType, INDArray> shared = new EnumMap<>(ElementType.class);
    private long bytes;

    private AllocationDryRun(long most) {
        this.most = most;
    }

    /** The bytes of all arrays that {@code wiring} makes; empty if they are more than {@code most}. */
    public static OptionalLong bytes(long most, Runnable wiring) {
        if (OPEN.get() != null) {
            throw new IllegalStateException("a dry run within a dry run");
        }
        AllocationDryRun dryRun = new AllocationDryRun(most);
        OPEN.set(dryRun);
        try {
            wiring.run();
            return OptionalLong.of(dryRun.bytes);
        } catch (TooLarge e) {
            return OptionalLong.empty();
        } finally {
            OPEN.remove();
            dryRun.shared.values().forEach(INDArray::close);
        }
    }

    /** The dry run of this thread, or null. */
    static AllocationDryRun open() {
        return OPEN.get();
    }

    /** Counts an array of so many elements; returns the memory to lay it over, or null if it is to be made as usual. */
    INDArray memory(ElementType type, long elements) {
        bytes += elements * type.bytes();
        if (bytes > most) {
            throw new TooLarge();
        } else if (elements <= SMALL) {
            return null;
        }
        INDArray memory = shared.get(type);
        if (memory == null || memory.length() < elements) {
            // Arrays lie over the smaller memory, so it stays; Java's collector frees it.
            memory = Nd4j.createUninitialized(Array.dataType(type), elements);
            shared.put(type, memory);
        }
        return memory;
    }
}
