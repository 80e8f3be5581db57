package cairn.data;

import cairn.state.Ephemeral;
import java.util.Arrays;

/**
 * The rows of one step: features, row after row, and the labels. The arrays are the batch's own and may be longer than its
 * rows need (the last batch of an epoch may be short); what stands beyond {@link #size()} rows means nothing. Readers must
 * not write to them. Where a batch comes from a source that reuses it, it is valid until the next one is asked for: {@link
 * #copy()} what has to stay.
 */
public final class Batch {
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private long step;
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private int size;
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private long[] shape = {0};
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private boolean hasFeatures = true;
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private Labels labelling = new Labels.Reals(1);
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private int[] rows = {};
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private float[] features = {};
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private int[] labels = {};
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private float[] targets = {};
    /** One row before augmentation. */
    @Ephemeral("the batch of a step, made ahead; the next request says which step it wants")
    private float[] scratch = {};

    /** An empty batch, to be filled. */
    public Batch() {
    }

    /** Which step it is for. */
    public long step() {
        return step;
    }

    /** How many rows. */
    public int size() {
        return size;
    }

    /** The shape of one row's features. */
    public long[] shape() {
        return shape.clone();
    }

    /** How many features a row has. */
    public int featureCount() {
        return Shapes.count(shape);
    }

    /** The rows' indices in the data set that the batch was made from. */
    public int[] rows() {
        return rows;
    }

    /** Whether its features were made; where they are taken from elsewhere by the numbers of the rows, they are not. */
    public boolean hasFeatures() {
        return hasFeatures;
    }

    /** Normalized features: row i begins at {@code i * featureCount()}; refused where none were made. */
    public float[] features() {
        if (!hasFeatures) {
            throw new IllegalStateException("the batch of step " + step + " was made without features; take them by its rows");
        }
        return features;
    }

    /** The classes of the rows; refused where labels are real. */
    public int[] labels() {
        if (labelling instanceof Labels.Reals) {
            throw new IllegalStateException("the batch of step " + step + " is labelled with real numbers; read its targets");
        }
        return labels;
    }

    /** The real targets: row i begins at {@code i * width}; refused where labels are classes. */
    public float[] targets() {
        if (labelling instanceof Labels.Classes) {
            throw new IllegalStateException("the batch of step " + step + " is labelled with classes; read its labels");
        }
        return targets;
    }

    /** An independent batch with the same content. */
    public Batch copy() {
        Batch copy = new Batch();
        copy.reset(step, size, size, shape, labelling, hasFeatures);
        System.arraycopy(rows, 0, copy.rows, 0, size);
        System.arraycopy(features, 0, copy.features, 0, hasFeatures ? size * featureCount() : 0);
        if (labelling instanceof Labels.Classes) {
            System.arraycopy(labels, 0, copy.labels, 0, size);
        } else {
            System.arraycopy(targets, 0, copy.targets, 0, size * labelling.width());
        }
        return copy;
    }

    /** Whether step, rows, features and labels are the same, bit for bit. */
    public boolean sameAs(Batch that) {
        int values = hasFeatures ? size * featureCount() : 0;
        int reals = labelling instanceof Labels.Reals ? size * labelling.width() : 0;
        return step == that.step && size == that.size && hasFeatures == that.hasFeatures && Arrays.equals(shape, that.shape)
                && labelling.equals(that.labelling) && Arrays.equals(rows, 0, size, that.rows, 0, size)
                && sameBits(features, that.features, values) && sameBits(targets, that.targets, reals)
                && (labelling instanceof Labels.Reals || Arrays.equals(labels, 0, size, that.labels, 0, size));
    }

    private static boolean sameBits(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
                return false;
            }
        }
        return true;
    }

    /** Makes room for {@code capacity} rows, keeping arrays that are long enough, and sets what the batch is. */
    void reset(long newStep, int newSize, int capacity, long[] newShape, Labels newLabelling, boolean withFeatures) {
        step = newStep;
        size = newSize;
        hasFeatures = withFeatures;
        shape = newShape.clone();
        labelling = newLabelling;
        int width = Shapes.count(newShape);
        if (rows.length < capacity) {
            rows = new int[capacity];
        }
        if (withFeatures && features.length < capacity * width) {
            features = new float[capacity * width];
        }
        if (newLabelling instanceof Labels.Classes) {
            labels = labels.length < capacity ? new int[capacity] : labels;
        } else if (targets.length < capacity * newLabelling.width()) {
            targets = new float[capacity * newLabelling.width()];
        }
    }

    /** Room for one row of the present shape. */
    float[] scratch() {
        if (scratch.length < featureCount()) {
            scratch = new float[featureCount()];
        }
        return scratch;
    }

    @Override
    public String toString() {
        return "batch of step " + step + ", rows " + Arrays.toString(Arrays.copyOf(rows, size));
    }
}
