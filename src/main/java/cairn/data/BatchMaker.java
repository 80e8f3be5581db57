package cairn.data;

/**
 * Batches as a pure function of the step, made in arrays that the caller provides. Laws: those of {@link BatchSource}; and many
 * threads may ask at once, each with a batch of its own.
 */
public interface BatchMaker extends BatchSource {

    /** As {@link #at}, in the arrays of {@code reuse}, which it returns: no garbage once the arrays are long enough. */
    Batch fill(long step, Batch reuse);

    /** The rows that the batches are made of. */
    DataSet data();

    /** A new batch, which is the caller's and stays valid. */
    @Override
    default Batch at(long step) {
        return fill(step, new Batch());
    }
}
