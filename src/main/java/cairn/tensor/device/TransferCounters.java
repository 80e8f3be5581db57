package cairn.tensor.device;

import java.util.concurrent.atomic.LongAdder;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What has travelled between Java and a card since this process began, and how many arrays ND4J has made: both are what a step should
 * not do. On the processor nothing travels.
 *
 * @param reads copies to the host, each of which waits for the card
 * @param readBytes bytes of them
 * @param writes copies to the card
 * @param writtenBytes bytes of them
 * @param arrays arrays and views that ND4J has made, for whatever reason; contexts of calls count too
 */
public record TransferCounters(long reads, long readBytes, long writes, long writtenBytes, long arrays) {
    private static final LongAdder READS = new LongAdder();
    private static final LongAdder READ_BYTES = new LongAdder();
    private static final LongAdder WRITES = new LongAdder();
    private static final LongAdder WRITTEN_BYTES = new LongAdder();

    /** So far. */
    public static TransferCounters now() {
        ActiveBackend.made();
        // ND4J numbers whatever it has to free some day; asking takes a number too.
        return new TransferCounters(READS.sum(), READ_BYTES.sum(), WRITES.sum(), WRITTEN_BYTES.sum(), Nd4j.getDeallocatorService().nextValue());
    }

    /** From {@code earlier} to this. */
    public TransferCounters since(TransferCounters earlier) {
        return new TransferCounters(reads - earlier.reads, readBytes - earlier.readBytes, writes - earlier.writes, writtenBytes - earlier.writtenBytes,
                arrays - earlier.arrays - 1);
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
