package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;
import java.util.Objects;

/**
 * A data set in memory, in the form in which it was read: pixels stay one byte each until a batch is made of them. A table
 * takes over its arrays: the caller must not write to them any more.
 */
public final class Table implements DataSet {

    /** How the features of a row get into a float array. */
    private interface Features {
        void read(int row, float[] into, int offset);

        void read(int row, float[] into, int offset, Normalization by);

        boolean isBytes();
    }

    private record Bytes(int width, @Ephemeral(value = "the rows themselves", kind = FIXED) byte[] values) implements Features {
        @Override
        public void read(int row, float[] into, int offset) {
            int from = row * width;
            for (int i = 0; i < width; i++) {
                into[offset + i] = values[from + i] & 0xff;
            }
        }

        @Override
        public void read(int row, float[] into, int offset, Normalization by) {
            float[] table = by.ofBytes();
            int channels = table.length / 256;
            int from = row * width;
            if (channels == 1) {
                for (int i = 0; i < width; i++) {
                    into[offset + i] = table[values[from + i] & 0xff];
                }
                return;
            }
            for (int pixel = 0; pixel < width; pixel += channels) {
                for (int c = 0; c < channels; c++) {
                    into[offset + pixel + c] = table[c * 256 + (values[from + pixel + c] & 0xff)];
                }
            }
        }

        @Override
        public boolean isBytes() {
            return true;
        }
    }

    private record Floats(int width, @Ephemeral(value = "the rows themselves", kind = FIXED) float[] values) implements Features {
        @Override
        public void read(int row, float[] into, int offset) {
            System.arraycopy(values, row * width, into, offset, width);
        }

        @Override
        public void read(int row, float[] into, int offset, Normalization by) {
            read(row, into, offset);
            by.apply(into, offset, width);
        }

        @Override
        public boolean isBytes() {
            return false;
        }
    }

    private final String name;
    private final int size;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;
    private final Labels labels;
    private final Features features;
    @Ephemeral(value = "the rows themselves", kind = FIXED)
    private final int[] classes;
    @Ephemeral(value = "the rows themselves", kind = FIXED)
    private final float[] targets;
    @Ephemeral("a digest of rows that never change, computed when first needed")
    private volatile String digest = "";

    private Table(String name, int size, long[] shape, Labels labels, Features features, int[] classes, float[] targets) {
        this.name = Objects.requireNonNull(name, "name");
        this.size = size;
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
            expect("targets", (long) size * labels.width(), targets.length);
        }
    }

    /** Rows of unsigned bytes, row after row, with classes. */
    public static Table ofBytes(String name, long[] shape, byte[] features, Labels.Classes labels, int[] classes) {
        int width = Shapes.count(shape);
        return new Table(name, rows(name, features.length, width), shape, labels, new Bytes(width, features), classes, new float[0]);
    }

    /** Rows of real numbers, row after row, with classes. */
    public static Table ofFloats(String name, long[] shape, float[] features, Labels.Classes labels, int[] classes) {
        return new Table(name, rows(name, features.length, Shapes.count(shape)), shape, labels, floats(shape, features),
                classes, new float[0]);
    }

    /** Rows of real numbers, row after row, with real targets, row after row. */
    public static Table ofFloats(String name, long[] shape, float[] features, Labels.Reals labels, float[] targets) {
        return new Table(name, rows(name, features.length, Shapes.count(shape)), shape, labels, floats(shape, features),
                new int[0], targets);
    }

    /** These rows under another shape with as many features: {@code {64}} as an image {@code {8, 8, 1}}. */
    public Table shaped(long... other) {
        if (Shapes.count(other) != featureCount()) {
            throw new IllegalArgumentException("rows of " + name + " have " + featureCount() + " features, which do not make the shape "
                    + Shapes.text(other));
        }
        return new Table(name, size, other, labels, features, classes, targets);
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
    public void features(int row, float[] into, int offset) {
        features.read(Objects.checkIndex(row, size), into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset, Normalization by) {
        features.read(Objects.checkIndex(row, size), into, offset, by);
    }

    @Override
    public boolean isBytes() {
        return features.isBytes();
    }

    @Override
    public void bytes(int row, byte[] into, int offset) {
        Objects.checkIndex(row, size);
        if (!(features instanceof Bytes kept)) {
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
        Objects.checkIndex(row, size);
        if (labels instanceof Labels.Classes) {
            throw new IllegalStateException("data set " + name + " is labelled with classes, so row " + row
                    + " has no real targets; read its label");
        }
        System.arraycopy(targets, row * labels.width(), into, offset, labels.width());
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

    private static Features floats(long[] shape, float[] features) {
        return new Floats(Shapes.count(shape), features);
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
