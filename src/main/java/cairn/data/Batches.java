package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.random.Key;
import cairn.state.Ephemeral;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

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
 * Nothing is consumed and nothing has to be saved: the batch of step 1,000,000 costs what the first one costs. The epoch's
 * permutation is remembered, as a derived value, for the two epochs asked for last. Immutable to its callers, and safe for
 * many threads at once.
 */
public final class Batches implements BatchSource {

    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

    private record Order(long epoch, @Ephemeral("the permutations of two epochs, each a function of its epoch") int[] rows) {
    }

    private final DataSet data;
    private final int batchSize;
    private final boolean shuffles;
    private final boolean dropsLast;
    private final Normalization normalization;
    private final Augmentation augmentation;
    private final CorruptedBatches poison;
    private final boolean makesFeatures;
    private final Key key;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;
    private final int width;
    /** By the epoch's lowest bit, so that two neighbours do not drive each other out. */
    @Ephemeral("the permutations of two epochs, each a function of its epoch")
    private final AtomicReferenceArray<Order> orders = new AtomicReferenceArray<>(2);

    private Batches(DataSet data, int batchSize, boolean shuffles, boolean dropsLast, Normalization normalization,
            Augmentation augmentation, CorruptedBatches poison, boolean makesFeatures, Key key) {
        this.data = data;
        this.batchSize = batchSize;
        this.shuffles = shuffles;
        this.dropsLast = dropsLast;
        this.normalization = normalization;
        this.augmentation = augmentation;
        this.poison = poison;
        this.makesFeatures = makesFeatures;
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

    /** Every epoch in another chance order; rows as they are, the last batch short if it must be. */
    public static Batches shuffled(DataSet data, int batchSize, Key key) {
        return new Batches(data, batchSize, true, false, Normalization.none(), Augmentation.none(), CorruptedBatches.none(), true, key);
    }

    /** Every epoch in the data set's own order: for evaluation. */
    public static Batches inOrder(DataSet data, int batchSize) {
        return new Batches(data, batchSize, false, false, Normalization.none(), Augmentation.none(), CorruptedBatches.none(), true, Key.of(0));
    }

    /** The same without the short last batch; the rows it would have held are others in every epoch. */
    public Batches droppingLast() {
        return new Batches(data, batchSize, shuffles, true, normalization, augmentation, poison, makesFeatures, key);
    }

    /** The same with normalized features. */
    public Batches normalized(Normalization by) {
        return new Batches(data, batchSize, shuffles, dropsLast, by, augmentation, poison, makesFeatures, key);
    }

    /** The same with images changed by chance, after normalization. */
    public Batches augmented(Augmentation with) {
        if (!shuffles && !with.changesNothing()) {
            throw new IllegalArgumentException("batches in order are for evaluation, which sees the rows of " + data.name()
                    + " as they are; augment shuffled batches");
        }
        return new Batches(data, batchSize, shuffles, dropsLast, normalization, with, poison, makesFeatures, key);
    }

    /** The same with the batches of some steps spoilt, last of all. */
    public Batches poisoned(CorruptedBatches by) {
        return new Batches(data, batchSize, shuffles, dropsLast, normalization, augmentation, by, makesFeatures, key);
    }

    /**
     * The same with row numbers and labels alone, for who has the normalized features of each row at hand; but spoilt batches have theirs.
     */
    public Batches withoutFeatures() {
        if (!augmentation.changesNothing()) {
            throw new IllegalArgumentException("the augmented rows of " + data.name() + " are others in every step, so nobody has them at hand");
        }
        return new Batches(data, batchSize, shuffles, dropsLast, normalization, augmentation, poison, false, key);
    }

    /** A fresh batch, which is the caller's and stays valid. */
    @Override
    public Batch at(long step) {
        return fill(step, new Batch());
    }

    /** As {@link #at}, in the arrays of {@code reuse}, which it returns: no garbage once the arrays are long enough. */
    public Batch fill(long step, Batch reuse) {
        if (step < 0) {
            throw new IllegalArgumentException("a step is 0 or more, found " + step);
        }
        int first = (int) (step % batchesPerEpoch()) * batchSize;
        int size = Math.min(batchSize, data.size() - first);
        int[] order = order(epoch(step));
        boolean hasFeatures = makesFeatures || poison.spoils(step);
        reuse.reset(step, size, Math.min(batchSize, data.size()), shape, data.labels(), hasFeatures);
        System.arraycopy(order, first, reuse.rows(), 0, size);
        if (hasFeatures) {
            features(step, reuse);
            poison.apply(step, reuse.features(), reuse.size() * width);
        }
        labels(reuse);
        return reuse;
    }

    @Override
    public int batchesPerEpoch() {
        return data.size() / batchSize + (dropsLast || data.size() % batchSize == 0 ? 0 : 1);
    }

    /** The largest number of rows in a batch. */
    public int batchSize() {
        return batchSize;
    }

    public DataSet data() {
        return data;
    }

    private int[] order(long epoch) {
        int place = shuffles ? (int) (epoch & 1) : 0;
        Order known = orders.get(place);
        if (known == null || shuffles && known.epoch() != epoch) {
            known = new Order(epoch, shuffles ? key.fold("data").fold(epoch).permutation(data.size())
                    : IntStream.range(0, data.size()).toArray());
            orders.set(place, known);
        }
        return known.rows();
    }

    private void features(long step, Batch batch) {
        int[] rows = batch.rows();
        float[] features = batch.features();
        if (augmentation.changesNothing()) {
            for (int i = 0; i < batch.size(); i++) {
                data.features(rows[i], features, i * width, normalization);
            }
            return;
        }
        Key chance = key.fold("augment").fold(step);
        float[] row = batch.scratch();
        for (int i = 0; i < batch.size(); i++) {
            data.features(rows[i], row, 0, normalization);
            augmentation.apply(row, features, i * width, shape, chance.fold(i));
        }
    }

    private void labels(Batch batch) {
        int[] rows = batch.rows();
        for (int i = 0; i < batch.size(); i++) {
            if (data.labels() instanceof Labels.Classes) {
                batch.labels()[i] = data.label(rows[i]);
            } else {
                data.targets(rows[i], batch.targets(), i * data.labels().width());
            }
        }
    }

    @Override
    public String toString() {
        return "batches of " + batchSize + " of " + data.name() + (shuffles ? ", shuffled" : ", in order");
    }
}
