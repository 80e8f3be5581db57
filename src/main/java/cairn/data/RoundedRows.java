package cairn.data;

/** Rows whose numbers are rounded to 32 bits before anything is done with them, as earlier versions read every number. */
public record RoundedRows(DataSet source) implements DataSet {
    @Override
    public String name() {
        return source.name();
    }

    @Override
    public int size() {
        return source.size();
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
    public void features(int row, float[] into, int offset) {
        source.features(row, into, offset);
    }

    @Override
    public boolean isBytes() {
        return source.isBytes();
    }

    @Override
    public void bytes(int row, byte[] into, int offset) {
        source.bytes(row, into, offset);
    }

    @Override
    public int label(int row) {
        return source.label(row);
    }

    @Override
    public void targets(int row, float[] into, int offset) {
        source.targets(row, into, offset);
    }
}
