package cairn.tensor.device;

import java.nio.ByteBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the numbers of arrays live, and how they get from there to Java and back. Both ways copy exactly the bytes that are named; ND4J's
 * own bookkeeping of a host's and a device's copy, which would copy whole arrays, is told of the device's copy alone.
 */
public interface ArrayMemory {

    /** Whether the arrays lie in the memory that Java sees. */
    boolean isHost();

    /** This thread is about to make arrays or to wait: if there are several cards, it works on the one that was chosen. */
    default void place() {
        // Where nothing else is said, there is one.
    }

    /** A new array is about to be used: whatever it was filled with has to be where the numbers live. */
    default void settle(INDArray fresh) {
        // Where nothing else is said, it is there.
    }

    /** Fills {@code target} from its position to its limit with the bytes from {@code from} on. Waits for what this thread has begun. */
    default void download(DataBuffer memory, long from, ByteBuffer target) {
        download(memory, from, List.of(target));
    }

    /** The same in one copy for several, whose bytes lie one after the other. */
    void download(DataBuffer memory, long from, List<ByteBuffer> targets);

    /** Writes what {@code source} holds from its position to its limit over the bytes from {@code from} on, after all that this thread has begun. */
    default void upload(ByteBuffer source, DataBuffer memory, long from) {
        upload(List.of(source), memory, from);
    }

    /** The same in one copy of several, one after the other. */
    void upload(List<ByteBuffer> sources, DataBuffer memory, long from);

    /** {@code length} bytes of the memory itself, little-endian, at most 2 GiB; valid as long as the memory is. Only the host's memory has this. */
    default ByteBuffer window(DataBuffer memory, long from, long length) {
        throw new IllegalStateException("Java does not see the memory of a device");
    }

    /** Waits until all that this thread has begun is done, so that another thread may read it. */
    default void finish() {
        // Where nothing else is said, a call returns when it is done.
    }
}
