package cairn.data;

/**
 * Batches by step.
 *
 * <p>Laws: the content of {@code at(step)} depends on the step and on what the source was made from, never on earlier
 * requests; the batches of one epoch hold every row exactly once (without the last few, if short batches are dropped).
 */
public interface BatchSource extends AutoCloseable {

    /** The batch of the step after {@code step} finished updates, valid until the next call of {@code at} on this source. */
    Batch at(long step);

    /** How many steps an epoch has, at least 1. */
    int batchesPerEpoch();

    /** Ends what prepares batches in the background, if anything does. */
    @Override
    default void close() {
    }

    /** Which epoch a step is in: {@code step / batchesPerEpoch()}. */
    default long epoch(long step) {
        return step / batchesPerEpoch();
    }
}
