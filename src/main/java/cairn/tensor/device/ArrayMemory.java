package cairn.tensor.device;

import java.nio.ByteBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory in which arrays lie, and the copies between it and Java. A copy moves exactly the bytes that are named. ND4J's own bookkeeping
 * of a host copy and a device copy would copy whole arrays, so it only learns of the device copy.
 */
public interface ArrayMemory {

    /** Whether this is the host's memory, which Java sees. */
    boolean isHost();

    /** To be called before this thread makes arrays or waits: where several GPUs are visible, the thread then works on the chosen one. */
    default void place() {
        // Otherwise there is only one place.
    }

    /** To be called before a new array is used: moves its first content to this memory. */
    default void settle(INDArray fresh) {
        // Otherwise it is there already.
    }

    /**
     * Fills {@code target} from its position to its limit with the bytes from {@code from} on. Waits for the work that this thread has
     * begun.
     */
    default void download(DataBuffer memory, long from, ByteBuffer target) {
        download(memory, from, List.of(target));
    }

    /** Fills several targets in one copy; their bytes lie one after the other. */
    void download(DataBuffer memory, long from, List<ByteBuffer> targets);

    /**
     * Writes {@code source}, from its position to its limit, over the bytes from {@code from} on, after the work that this thread has
     * begun.
     */
    default void upload(ByteBuffer source, DataBuffer memory, long from) {
        upload(List.of(source), memory, from);
    }

    /** Writes several sources, one after the other, in one copy. */
    void upload(List<ByteBuffer> sources, DataBuffer memory, long from);

    /**
     * {@code length} bytes of the memory itself, little-endian, at most 2 GiB; valid as long as the memory is. Only the host's memory has
     * this.
     */
    default ByteBuffer window(DataBuffer memory, long from, long length) {
        throw new IllegalStateException("Java does not see the memory of a device");
    }

    /** Waits until the work that this thread has begun is done, so that another thread may read its results. */
    default void finish() {
        // Otherwise a call returns when its work is done.
    }
}
