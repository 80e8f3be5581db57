package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.random.Key;
import cairn.state.Ephemeral;

/**
 * The batches of a data set, as a pure function of the step:
 *
 * <pre>
 *     epoch       = step / batchesPerEpoch
 *     permutation = key.fold("data").fold(epoch).permutation(n)
 *     rows        = permutation[b * batchSize ...],  b = step % batchesPerEpoch
 *     augmented   with key.fold("augment").fold(step).fold(position in the batch)
 * </pre>
 *
 * Nothing is consumed, so nothing has to be saved: the batch of step 1,000,000 costs what the first one costs. Immutable to its
 * callers.
 */
public final class Batches implements BatchMaker {
    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

    private final DataSet data;
    private final int batchSize;
    private final EpochOrder order;
    private final boolean dropsLast;
    private final Normalization normalization;
    private final Augmentation augmentation;
    private final Key key;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;
    private final int width;

    private Batches(DataSet data, int batchSize, EpochOrder order, boolean dropsLast, Normalization normalization,
            Augmentation augmentation, Key key) {
        this.data = data;
        this.batchSize = batchSize;
        this.order = order;
        this.dropsLast = dropsLast;
        this.normalization = normalization;
        this.augmentation = augmentation;
        this.key = key;
        this.shape = data.shape();
        this.width = data.featureCount();
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size must be at least 1, found " + batchSize);
        }
        if (batchesPerEpoch() == 0) {
            throw new IllegalArgumentException("no batch can be made of " + data.name() + ": it has " + data.size() + " rows"
                    + (dropsLast && data.size() > 0 ? ", a batch has " + batchSize
                            + " and short ones are dropped; use smaller batches" : ""));
        }
        if ((long) Math.min(batchSize, data.size()) * Math.max(width, data.labels().width()) > MOST_NUMBERS) {
            throw new IllegalArgumentException("a batch of " + batchSize + " rows of " + data.name() + ", " + width
                    + " features each, is more than an array can hold; use smaller batches");
        }
        normalization.check(data);
        augmentation.check(data);
    }

    /** Every epoch in a different random order; rows as they are; the last batch is short where the rows do not fill it. */
    public static Batches shuffled(DataSet data, int batchSize, Key key) {
        return new Batches(data, batchSize, EpochOrder.shuffled(data.size(), key.fold("data")), false, Normalization.none(),
                Augmentation.none(), key);
    }

    /** Every epoch in the data set's own order: for evaluation. */
    public static Batches inOrder(DataSet data, int batchSize) {
        return new Batches(data, batchSize, EpochOrder.unchanged(data.size()), false, Normalization.none(), Augmentation.none(), Key.of(0));
    }

    /** Without the short last batch; the rows it would have held differ from epoch to epoch. */
    public Batches droppingLast() {
        return new Batches(data, batchSize, order, true, normalization, augmentation, key);
    }

    /** With normalized features. */
    public Batches normalized(Normalization by) {
        return new Batches(data, batchSize, order, dropsLast, by, augmentation, key);
    }

    /** With images changed at random, after normalization. */
    public Batches augmented(Augmentation with) {
        if (!order.isShuffled() && !with.changesNothing()) {
            throw new IllegalArgumentException("batches in order are for evaluation, which sees the rows of " + data.name()
                    + " as they are; augment shuffled batches");
        }
        return new Batches(data, batchSize, order, dropsLast, normalization, with, key);
    }

    @Override
    public Batch fill(long step, Batch reuse) {
        fill(step, reuse, true);
        if (augmentation.changesNothing()) {
            for (int i = 0; i < reuse.size(); i++) {
                data.features(reuse.rows()[i], reuse.features(), i * width, normalization);
            }
            return reuse;
        }
        Key random = key.fold("augment").fold(step);
        for (int i = 0; i < reuse.size(); i++) {
            data.features(reuse.rows()[i], reuse.scratch(), 0, normalization);
            augmentation.apply(reuse.scratch(), reuse.features(), i * width, shape, random.fold(i));
        }
        return reuse;
    }

    /** Row numbers and labels; the features of the batch are left to be written, if there are to be any. */
    void fill(long step, Batch reuse, boolean hasFeatures) {
        if (step < 0) {
            throw new IllegalArgumentException("a step is 0 or more, found " + step);
        }
        int first = (int) (step % batchesPerEpoch()) * batchSize;
        int size = Math.min(batchSize, data.size() - first);
        reuse.reset(step, size, Math.min(batchSize, data.size()), shape, data.labels(), hasFeatures);
        System.arraycopy(order.of(epoch(step)), first, reuse.rows(), 0, size);
        reuse.label(data);
    }

    @Override
    public int batchesPerEpoch() {
        return data.size() / batchSize + (dropsLast || data.size() % batchSize == 0 ? 0 : 1);
    }

    @Override
    public DataSet data() {
        return data;
    }

    boolean areAugmented() {
        return !augmentation.changesNothing();
    }

    @Override
    public String toString() {
        return "batches of " + batchSize + " of " + data.name() + (order.isShuffled() ? ", shuffled" : ", in order");
    }
}
