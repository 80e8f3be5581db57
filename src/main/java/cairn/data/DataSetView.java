package cairn.data;

/**
 * Rows that are those of another data set, except for what a view changes. By default a view changes one thing: numbers are read with 32 bits,
 * because {@link DataSet} derives the other ways of reading from that one.
 */
public interface DataSetView extends DataSet {

    /** The data set that this is a view of. */
    DataSet source();

    /** Which row of the source row {@code row} of the view is. */
    default int sourceRow(int row) {
        return row;
    }

    @Override
    default String name() {
        return source().name();
    }

    @Override
    default int size() {
        return source().size();
    }

    @Override
    default long[] shape() {
        return source().shape();
    }

    @Override
    default Labels labels() {
        return source().labels();
    }

    @Override
    default TableColumns columns() {
        return source().columns();
    }

    @Override
    default void features(int row, float[] into, int offset) {
        source().features(sourceRow(row), into, offset);
    }

    @Override
    default boolean isBytes() {
        return source().isBytes();
    }

    @Override
    default void bytes(int row, byte[] into, int offset) {
        source().bytes(sourceRow(row), into, offset);
    }

    @Override
    default int label(int row) {
        return source().label(sourceRow(row));
    }

    @Override
    default void targets(int row, float[] into, int offset) {
        source().targets(sourceRow(row), into, offset);
    }
}
