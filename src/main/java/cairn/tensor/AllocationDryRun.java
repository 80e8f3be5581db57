package cairn.tensor;

import cairn.state.ElementType;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How much memory a wiring would take, found out by wiring without taking it: the arrays that are made meanwhile on this thread share one
 * piece of memory, as large as the largest of them. What is wired over them must never run.
 */
public final class AllocationDryRun {
    /** Of the wiring that is only counted on this thread. */
    private static final ThreadLocal<AllocationDryRun> OPEN = new ThreadLocal<>();
    /** Elements of an array that is made for real, for it costs nothing. */
    private static final long SMALL = 1024;

    /** An array alone would take more than there is. */
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

    /** The bytes of all arrays that {@code wiring} makes; nothing if they are more than {@code most}. */
    public static OptionalLong bytes(long most, Runnable wiring) {
        if (OPEN.get() != null) {
            throw new IllegalStateException("a plan within a plan");
        }
        AllocationDryRun plan = new AllocationDryRun(most);
        OPEN.set(plan);
        try {
            wiring.run();
            return OptionalLong.of(plan.bytes);
        } catch (TooLarge e) {
            return OptionalLong.empty();
        } finally {
            OPEN.remove();
            plan.shared.values().forEach(INDArray::close);
        }
    }

    /** The plan that is made on this thread, or null. */
    static AllocationDryRun open() {
        return OPEN.get();
    }

    /** Counts an array of so many elements; returns memory to lay it over, or null if it shall be made as ever. */
    INDArray memory(ElementType type, long elements) {
        bytes += elements * type.bytes();
        if (bytes > most) {
            throw new TooLarge();
        } else if (elements <= SMALL) {
            return null;
        }
        INDArray memory = shared.get(type);
        if (memory == null || memory.length() < elements) {
            // The smaller one stays as it is: arrays lie over it. Java's collector frees it.
            memory = Nd4j.createUninitialized(Array.dataType(type), elements);
            shared.put(type, memory);
        }
        return memory;
    }
}
