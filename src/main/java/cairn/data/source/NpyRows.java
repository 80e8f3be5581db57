package cairn.data.source;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Two arrays of a {@code .npz} archive as a data set: features [rows, ...] and labels [rows] or [rows, width]. Rows of two
 * sizes are images of one channel. Labels that are whole numbers are classes, others real targets.
 */
final class NpyRows {

    private NpyRows() {
    }

    /** With {@code classes} classes, or as many as the labels need if that is 0. */
    static Table table(String name, Path archive, String featuresName, String labelsName, int classes) throws IOException {
        Npy features = Npy.read(archive, featuresName);
        Npy labels = Npy.read(archive, labelsName);
        long[] shape = features.shape();
        if (shape.length < 2 || features.count() == 0) {
            throw bad(archive, featuresName, "features need a shape [rows, ...] with at least one row and one feature, found "
                    + Arrays.toString(shape), "reshape the array");
        }
        if (labels.shape().length < 1 || labels.shape().length > 2 || labels.shape()[0] != shape[0]) {
            throw bad(archive, labelsName, "labels need a shape [" + shape[0] + "] or [" + shape[0] + ", width], as there are " + shape[0]
                    + " rows of features; found " + Arrays.toString(labels.shape()),
                    "save as many labels as rows of features");
        }
        long[] row = Arrays.copyOfRange(shape, 1, shape.length);
        row = row.length == 2 ? new long[] {row[0], row[1], 1} : row;
        if (!labels.isWhole()) {
            int width = labels.count() / (int) shape[0];
            return Table.ofDoubles(name, row, finite(archive, featuresName, features), new Labels.Reals(width), finite(archive,
                    labelsName, labels));
        }
        int[] kinds = classes(archive, labelsName, labels, (int) shape[0], classes);
        Labels.Classes named = Labels.Classes.numbered(classes > 0 ? classes : 1 + Arrays.stream(kinds).max().orElse(0));
        return features.element() == Npy.Element.U1 ? Table.ofBytes(name, row, features.bytes(), named, kinds)
                : Table.ofDoubles(name, row, finite(archive, featuresName, features), named, kinds);
    }

    private static int[] classes(Path archive, String name, Npy labels, int rows, int classes) throws IOException {
        if (labels.count() != rows) {
            throw bad(archive, name, "classes need one number a row, found the shape " + Arrays.toString(labels.shape()),
                    "save the index of the class (argmax), or real targets as floats");
        }
        int most = classes > 0 ? classes : 1 << 20;
        for (int i = 0; i < rows; i++) {
            if (labels.get(i) < 0 || labels.get(i) >= most) {
                throw bad(archive, name, "row " + i + " has the class " + (long) labels.get(i) + ", expected 0 to " + (most - 1),
                        "number the classes from 0, or check their number");
            }
        }
        return IntStream.range(0, rows).map(i -> (int) labels.get(i)).toArray();
    }

    private static double[] finite(Path archive, String name, Npy array) throws IOException {
        double[] values = array.doubles();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite((float) values[i])) {
                throw bad(archive, name, "element " + i + " is " + array.get(i)
                        + ", which is no finite 32-bit number", "clean the array");
            }
        }
        return values;
    }

    private static MalformedDataException bad(Path archive, String name, String problem, String remedy) {
        return new MalformedDataException(archive, "array \"" + name + "\"", problem, remedy);
    }
}
