package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;
import java.util.Objects;

/** A view of a data set on chosen rows, in the order of the choice. */
public final class Rows implements DataSet {
    private final String name;
    private final DataSet source;
    @Ephemeral(value = "which rows they are", kind = FIXED)
    private final int[] indices;
    @Ephemeral("a digest of rows that never change, computed when first needed")
    private volatile String digest = "";

    /** Row {@code i} of the view is row {@code indices[i]} of {@code source}. */
    public Rows(String name, DataSet source, int[] indices) {
        this.name = Objects.requireNonNull(name, "name");
        this.source = source;
        this.indices = indices.clone();
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= source.size()) {
                throw new IllegalArgumentException("row " + i + " of " + name + " would be row " + indices[i] + " of " + source.name()
                        + ", which has rows 0 to " + (source.size() - 1));
            }
        }
    }

    /** The data set that this is a view of. */
    public DataSet source() {
        return source;
    }

    /** Which row of the source row {@code row} of the view is. */
    public int sourceRow(int row) {
        return indices[row];
    }

    /** The data set that was read, of which {@code data} may be a view. */
    public static DataSet origin(DataSet data) {
        if (data instanceof NormalizedTargets normalized) {
            return origin(normalized.source());
        }
        return data instanceof Rows view ? origin(view.source) : data;
    }

    /** The number of row {@code row} in the {@linkplain #origin data set that was read}. */
    public static int sourceRow(DataSet data, int row) {
        if (data instanceof NormalizedTargets normalized) {
            return sourceRow(normalized.source(), row);
        }
        return data instanceof Rows view ? sourceRow(view.source, view.indices[row]) : row;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public long[] shape() {
        return source.shape();
    }

    @Override
    public Labels labels() {
        return source.labels();
    }

    @Override
    public TableColumns columns() {
        return source.columns();
    }

    @Override
    public void features(int row, double[] into, int offset) {
        source.features(indices[row], into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset) {
        source.features(indices[row], into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset, Normalization by) {
        source.features(indices[row], into, offset, by);
    }

    @Override
    public boolean isBytes() {
        return source.isBytes();
    }

    @Override
    public void bytes(int row, byte[] into, int offset) {
        source.bytes(indices[row], into, offset);
    }

    @Override
    public int label(int row) {
        return source.label(indices[row]);
    }

    @Override
    public void targets(int row, float[] into, int offset) {
        source.targets(indices[row], into, offset);
    }

    @Override
    public void targets(int row, double[] into, int offset) {
        source.targets(indices[row], into, offset);
    }

    @Override
    public String digest() {
        if (digest.isEmpty()) {
            digest = ContentDigest.of(this);
        }
        return digest;
    }

    @Override
    public String toString() {
        return name + ": " + indices.length + " rows of " + source.name();
    }
}
