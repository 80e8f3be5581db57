package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;
import java.util.Objects;

/** A view of a data set on chosen rows, in the order of the choice. */
public final class Rows implements DataSetView {
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

    @Override
    public DataSet source() {
        return source;
    }

    @Override
    public int sourceRow(int row) {
        return indices[row];
    }

    /** The data set that was read, of which {@code data} may be a view. */
    public static DataSet origin(DataSet data) {
        return data instanceof DataSetView view ? origin(view.source()) : data;
    }

    /** The number of row {@code row} in the {@linkplain #origin data set that was read}. */
    public static int sourceRow(DataSet data, int row) {
        return data instanceof DataSetView view ? sourceRow(view.source(), view.sourceRow(row)) : row;
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
    public void features(int row, double[] into, int offset) {
        source.features(indices[row], into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset, Normalization by) {
        source.features(indices[row], into, offset, by);
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
