package cairn.train;

import cairn.data.Batch;
import cairn.nn.Wired;

/** How rows of a batch get into the input and target arrays of a wired network. Equal batches give equal bits, whichever way. */
interface Feeding {

    /** Fills {@code w} with {@code rows} rows of {@code batch}, from row {@code from} on. */
    void fill(Wired w, Batch batch, int from, int rows);
}
