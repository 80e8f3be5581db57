package cairn.data;

import cairn.state.Ephemeral;
import java.util.Arrays;

/**
 * The rows of one step: features, row after row, and the labels. The arrays belong to the batch and may be longer than its
 * rows need (the last batch of an epoch may be short); the values beyond {@link #size()} rows have no meaning. Readers must
 * not write to them. A batch of a source that reuses it is valid until the next one is asked for.
 */
public final class Batch {
    private static final String AHEAD = "the batch of a step, made ahead; the next request says which step it wants";

    @Ephemeral(AHEAD)
    private long step;
    @Ephemeral(AHEAD)
    private int size;
    @Ephemeral(AHEAD)
    private long[] shape = {0};
    @Ephemeral(AHEAD)
    private boolean hasFeatures = true;
    @Ephemeral(AHEAD)
    private Labels labelling = new Labels.Reals(1);
    @Ephemeral(AHEAD)
    private int[] rows = {};
    @Ephemeral(AHEAD)
    private float[] features = {};
    @Ephemeral(AHEAD)
    private int[] labels = {};
    @Ephemeral(AHEAD)
    private float[] targets = {};
    /** One row before augmentation. */
    @Ephemeral(AHEAD)
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

    /** How many features a row has. */
    public int featureCount() {
        return Shapes.count(shape);
    }

    /** The rows' indices in the data set that the batch was made from. */
    public int[] rows() {
        return rows;
    }

    /** Whether it has features; it has none if they are gathered elsewhere by the numbers of the rows. */
    public boolean hasFeatures() {
        return hasFeatures;
    }

    /** Normalized features: row i begins at {@code i * featureCount()}; refused if it has none. */
    public float[] features() {
        if (!hasFeatures) {
            throw new IllegalStateException("the batch of step " + step + " was made without features; gather them by its rows");
        }
        return features;
    }

    /** The classes of the rows; refused if labels are real numbers. */
    public int[] labels() {
        if (labelling instanceof Labels.Reals) {
            throw new IllegalStateException("the batch of step " + step + " is labelled with real numbers; read its targets");
        }
        return labels;
    }

    /** The real targets: row i begins at {@code i * width}; refused if labels are classes. */
    public float[] targets() {
        if (labelling instanceof Labels.Classes) {
            throw new IllegalStateException("the batch of step " + step + " is labelled with classes; read its labels");
        }
        return targets;
    }

    /** Sets what the batch is; arrays too short for {@code capacity} rows are replaced by longer ones. */
    void reset(long newStep, int newSize, int capacity, long[] newShape, Labels newLabelling, boolean withFeatures) {
        step = newStep;
        size = newSize;
        hasFeatures = withFeatures;
        shape = Arrays.equals(shape, newShape) ? shape : newShape.clone();
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

    /** Reads the labels of its rows from {@code data}. */
    void label(DataSet data) {
        for (int i = 0; i < size; i++) {
            if (labelling instanceof Labels.Classes) {
                labels[i] = data.label(rows[i]);
            } else {
                data.targets(rows[i], targets, i * labelling.width());
            }
        }
    }

    /** A buffer for one row of the present shape. */
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
