package cairn.data;

import java.util.function.IntConsumer;

/** Tells which rows of a data set are read; the watcher may also throw. */
record Watched(DataSet source, IntConsumer watcher) implements DataSet {

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
