package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;
import java.util.Objects;

/**
 * A data set in memory, in the form in which it was read: pixels stay one byte each until a batch is made of them. A table
 * takes over its arrays: the caller must not write to them any more.
 */
public final class Table implements DataSet {

    private final String name;
    private final int size;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;
    private final Labels labels;
    private final TableColumns columns;
    private final Numbers features;
    @Ephemeral(value = "the rows themselves", kind = FIXED)
    private final int[] classes;
    private final Numbers targets;
    @Ephemeral("a digest of rows that never change, computed when first needed")
    private volatile String digest = "";

    private Table(String name, long[] shape, Labels labels, TableColumns columns, Numbers features, int[] classes, Numbers targets) {
        this.name = Objects.requireNonNull(name, "name");
        this.size = rows(name, features.count(), Shapes.count(shape));
        this.columns = columns;
        this.shape = shape.clone();
        this.labels = labels;
        this.features = features;
        this.classes = classes;
        this.targets = targets;
        if (labels instanceof Labels.Classes named) {
            expect("labels", size, classes.length);
            for (int row = 0; row < size; row++) {
                named.require(classes[row], name, row);
            }
        } else {
            expect("targets", (long) size * labels.width(), targets.count());
        }
    }

    /** Rows of unsigned bytes, row after row, with classes. */
    public static Table ofBytes(String name, long[] shape, byte[] features, Labels.Classes labels, int[] classes) {
        return new Table(name, shape, labels, TableColumns.none(), new Numbers.Bytes(Shapes.count(shape), features), classes, nothing());
    }

    /** Rows of real numbers, row after row, with classes. */
    public static Table ofFloats(String name, long[] shape, float[] features, Labels.Classes labels, int[] classes) {
        return new Table(name, shape, labels, TableColumns.none(), new Numbers.Floats(Shapes.count(shape), features), classes, nothing());
    }

    /** Rows of real numbers, row after row, with real targets, row after row. */
    public static Table ofFloats(String name, long[] shape, float[] features, Labels.Reals labels, float[] targets) {
        return new Table(name, shape, labels, TableColumns.none(), new Numbers.Floats(Shapes.count(shape), features), new int[0],
                new Numbers.Floats(labels.width(), targets));
    }

    /** As {@link #ofFloats(String, long[], float[], Labels.Classes, int[])}, of numbers that are rounded after they are normalized. */
    public static Table ofDoubles(String name, long[] shape, double[] features, Labels.Classes labels, int[] classes) {
        return new Table(name, shape, labels, TableColumns.none(), Numbers.of(Shapes.count(shape), features), classes, nothing());
    }

    /** As {@link #ofFloats(String, long[], float[], Labels.Reals, float[])}, of numbers that are rounded after they are normalized. */
    public static Table ofDoubles(String name, long[] shape, double[] features, Labels.Reals labels, double[] targets) {
        return new Table(name, shape, labels, TableColumns.none(), Numbers.of(Shapes.count(shape), features), new int[0],
                Numbers.of(labels.width(), targets));
    }

    private static Numbers nothing() {
        return new Numbers.Floats(1, new float[0]);
    }

    /** These rows, made from columns. */
    public Table from(TableColumns newColumns) {
        int named = newColumns.featureNames().size();
        if (named != featureCount()) {
            throw new IllegalArgumentException("rows of " + name + " have " + featureCount() + " features, and the columns make " + named);
        }
        return new Table(name, shape, labels, newColumns, features, classes, targets);
    }

    /** These rows under another shape with as many features: {@code {64}} as an image {@code {8, 8, 1}}. */
    public Table shaped(long... other) {
        if (Shapes.count(other) != featureCount()) {
            throw new IllegalArgumentException("rows of " + name + " have " + featureCount() + " features, which do not make the shape "
                    + Shapes.text(other));
        }
        return new Table(name, other, labels, columns, features, classes, targets);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public Labels labels() {
        return labels;
    }

    @Override
    public TableColumns columns() {
        return columns;
    }

    @Override
    public void features(int row, double[] into, int offset) {
        features.read(Objects.checkIndex(row, size), into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset) {
        features.read(Objects.checkIndex(row, size), into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset, Normalization by) {
        features.read(Objects.checkIndex(row, size), into, offset, by);
    }

    @Override
    public boolean isBytes() {
        return features instanceof Numbers.Bytes;
    }

    @Override
    public void bytes(int row, byte[] into, int offset) {
        Objects.checkIndex(row, size);
        if (!(features instanceof Numbers.Bytes kept)) {
            DataSet.super.bytes(row, into, offset);
            return;
        }
        System.arraycopy(kept.values(), row * kept.width(), into, offset, kept.width());
    }

    @Override
    public int label(int row) {
        Objects.checkIndex(row, size);
        if (labels instanceof Labels.Reals) {
            throw new IllegalStateException("data set " + name + " is labelled with " + labels.width()
                    + " real numbers, so row " + row + " has no class; read its targets");
        }
        return classes[row];
    }

    @Override
    public void targets(int row, float[] into, int offset) {
        requireTargets(row);
        targets.read(row, into, offset);
    }

    @Override
    public void targets(int row, double[] into, int offset) {
        requireTargets(row);
        targets.read(row, into, offset);
    }

    private void requireTargets(int row) {
        Objects.checkIndex(row, size);
        if (labels instanceof Labels.Classes) {
            throw new IllegalStateException("data set " + name + " is labelled with classes, so row " + row
                    + " has no real targets; read its label");
        }
    }

    /** Computed once: the rows never change. */
    @Override
    public String digest() {
        if (digest.isEmpty()) {
            digest = ContentDigest.of(this);
        }
        return digest;
    }

    @Override
    public String toString() {
        return name + ": " + size + " rows of " + Shapes.text(shape);
    }

    private static int rows(String name, int values, int width) {
        if (values % width != 0) {
            throw new IllegalArgumentException("data set " + name + ": " + values + " feature values are not whole rows of " + width);
        }
        return values / width;
    }

    private void expect(String what, long expected, int found) {
        if (expected != found) {
            throw new IllegalArgumentException("data set " + name + " has " + size + " rows, so it needs " + expected + " " + what
                    + ", found " + found);
        }
    }
}
