package cairn.train.device;

import cairn.data.Batch;
import cairn.nn.Program;

/** Copies rows of a batch into the input and target arrays of a program. Every feed gives the same bits for the same batch. */
public interface BatchFeed {

    /** Fills {@code program} with {@code rows} rows of {@code batch}, beginning at row {@code from}. */
    void fill(Program program, Batch batch, int from, int rows);
}
