package cairn.tensor.device;

import java.util.concurrent.atomic.LongAdder;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies between Java and a device since this process began, and arrays that ND4J has made: a step should do neither. On the CPU nothing is
 * copied.
 *
 * @param reads copies to the host, each of which waits for the device
 * @param readBytes their bytes
 * @param writes copies to the device
 * @param writtenBytes their bytes
 * @param arrays arrays and views that ND4J has made, for any reason; contexts of calls count too
 */
public record TransferCounters(long reads, long readBytes, long writes, long writtenBytes, long arrays) {
    private static final LongAdder READS = new LongAdder();
    private static final LongAdder READ_BYTES = new LongAdder();
    private static final LongAdder WRITES = new LongAdder();
    private static final LongAdder WRITTEN_BYTES = new LongAdder();

    /** The counts up to now. */
    public static TransferCounters now() {
        ActiveBackend.made();
        // ND4J numbers everything that it has to free; this question takes a number too.
        return new TransferCounters(READS.sum(), READ_BYTES.sum(), WRITES.sum(), WRITTEN_BYTES.sum(),
                Nd4j.getDeallocatorService().nextValue());
    }

    /** The difference from {@code earlier} to this. */
    public TransferCounters since(TransferCounters earlier) {
        return new TransferCounters(reads - earlier.reads, readBytes - earlier.readBytes, writes - earlier.writes,
                writtenBytes - earlier.writtenBytes, arrays - earlier.arrays - 1);
    }

    static void read(long bytes) {
        READS.increment();
        READ_BYTES.add(bytes);
    }

    static void written(long bytes) {
        WRITES.increment();
        WRITTEN_BYTES.add(bytes);
    }
}
