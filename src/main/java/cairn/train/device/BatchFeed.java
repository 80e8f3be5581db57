package cairn.train.device;

import cairn.data.Batch;
import cairn.nn.Program;

/** How rows of a batch get into the input and target arrays of a wired network. Equal batches give equal bits, whichever way. */
public interface BatchFeed {

    /** Fills {@code w} with {@code rows} rows of {@code batch}, from row {@code from} on. */
    void fill(Program w, Batch batch, int from, int rows);
}
