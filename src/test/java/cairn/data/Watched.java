package cairn.data;

import java.util.function.IntConsumer;

/** Tells which rows of a data set are read; the watcher may also throw. */
record Watched(DataSet source, IntConsumer watcher) implements DataSetView {

    /** Rows are watched one by one. */
    @Override
    public boolean isBytes() {
        return false;
    }

    @Override
    public void features(int row, float[] into, int offset) {
        watcher.accept(row);
        source.features(row, into, offset);
    }

    @Override
    public int label(int row) {
        watcher.accept(row);
        return source.label(row);
    }

    @Override
    public void targets(int row, float[] into, int offset) {
        watcher.accept(row);
        source.targets(row, into, offset);
    }
}
