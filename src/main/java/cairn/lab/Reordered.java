package cairn.lab;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Splits;
import cairn.train.TrainingData;

/**
 * The same rows under other numbers: row i is row {@code order[i]} of the original. A training on it goes through the rows in
 * another order, as one whose library deals otherwise would, and nothing else about it differs.
 */
record Reordered(DataSet of, int[] order) implements DataSet {

    /** {@code data} with its training rows renumbered. It keeps its digest: the rows are the same, only dealt otherwise. */
    static TrainingData training(TrainingData data, int[] order) {
        Splits s = data.splits();
        return new TrainingData(new Splits(new Reordered(s.train(), order), s.validation(), s.test()), data.digest());
    }

    @Override
    public String name() {
        return of.name();
    }

    @Override
    public int size() {
        return of.size();
    }

    @Override
    public long[] shape() {
        return of.shape();
    }

    @Override
    public Labels labels() {
        return of.labels();
    }

    @Override
    public void features(int row, float[] into, int offset) {
        of.features(order[row], into, offset);
    }

    @Override
    public boolean isBytes() {
        return of.isBytes();
    }

    @Override
    public void bytes(int row, byte[] into, int offset) {
        of.bytes(order[row], into, offset);
    }

    @Override
    public int label(int row) {
        return of.label(order[row]);
    }

    @Override
    public void targets(int row, float[] into, int offset) {
        of.targets(order[row], into, offset);
    }
}
