package cairn.data;

/**
 * The row numbers and labels of batches, without features: for callers that gather the normalized features of these rows
 * elsewhere, such as on the device.
 */
public record RowNumberBatches(Batches batches) implements BatchMaker {
    public RowNumberBatches {
        if (batches.areAugmented()) {
            throw new IllegalArgumentException("the augmented rows of " + batches.data().name()
                    + " differ in every step, so they cannot be gathered by their numbers");
        }
    }

    @Override
    public Batch fill(long step, Batch reuse) {
        batches.fill(step, reuse, false);
        return reuse;
    }

    @Override
    public DataSet data() {
        return batches.data();
    }

    @Override
    public int batchesPerEpoch() {
        return batches.batchesPerEpoch();
    }
}
