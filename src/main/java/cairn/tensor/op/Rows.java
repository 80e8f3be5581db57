package cairn.tensor.op;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.legacy;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import cairn.tensor.device.Device;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A matrix x [n, c] with a vector that has one value per column, v [c], or one per row, r [n, 1]. Arrays of higher rank are taken as
 * matrices whose columns are the last dimension.
 *
 * <p>"Over rows" adds up the rows, so that one value per column remains (axis 0 in NumPy); "over columns" leaves one per row (axis 1).
 */
public final class Rows {
    /** Elements up to which one value per row is spread over the matrix by a product. */
    private static final long SMALL = 1L << 15;

    private Rows() {
    }

    /** {@code x} as a matrix whose columns are its last dimension. */
    public static Array asRows(Array x) {
        long columns = x.size(x.rank() - 1);
        return x.rank() == 2 ? x : x.reshape(x.size() / columns, columns);
    }

    /** y[i, j] = y[i, j] + v[j]. */
    public static Operation addPerColumn(Array y, Array v) {
        Array rows = asRows(y);
        return Native.call("biasadd", in(rows, v), out(rows), reals(), integers(), flags(false));
    }

    /** z[i, j] = x[i, j] + v[j]. */
    public static Operation addPerColumn(Array x, Array v, Array z) {
        return Native.call("biasadd", in(asRows(x), v), out(asRows(z)), reals(), integers(), flags(false));
    }

    /** z[i, j] = x[i, j] - v[j]. */
    public static Operation subtractPerColumn(Array x, Array v, Array z) {
        return Native.call("subtract", in(asRows(x), v), out(asRows(z)));
    }

    /** z[i, j] = x[i, j] · v[j]. */
    public static Operation multiplyPerColumn(Array x, Array v, Array z) {
        return Native.call("multiply", in(asRows(x), v), out(asRows(z)));
    }

    /** v[j] = Σ_i x[i, j]. As a product with a row of ones: four times as fast as ND4J's own reduction over rows. */
    public static Operation sumOverRows(Array x, Array v) {
        return weightedSumOverRows(x, 1, v);
    }

    /** v[j] = 1/n · Σ_i x[i, j]. */
    public static Operation meanOverRows(Array x, Array v) {
        return weightedSumOverRows(x, 1.0 / asRows(x).size(0), v);
    }

    private static Operation weightedSumOverRows(Array x, double weight, Array v) {
        Array rows = asRows(x);
        Array weights = Array.filled(x.type(), weight, 1, rows.size(0));
        return Products.product(weights, rows, v.reshape(1, v.size()));
    }

    /** r[i] = Σ_j x[i, j], as a product with a column of ones. */
    public static Operation sumOverColumns(Array x, Array r) {
        return weightedSumOverColumns(x, 1, r);
    }

    /** r[i] = 1/c · Σ_j x[i, j]. */
    public static Operation meanOverColumns(Array x, Array r) {
        return weightedSumOverColumns(x, 1.0 / x.size(x.rank() - 1), r);
    }

    private static Operation weightedSumOverColumns(Array x, double weight, Array r) {
        Array rows = asRows(x);
        return Products.product(rows, Array.filled(x.type(), weight, rows.size(1), 1), r);
    }

    /** r[i] = max_j x[i, j], which a NaN never is. */
    public static Operation maxOverColumns(Array x, Array r) {
        return Native.call("reduce_max", in(asRows(x)), out(r), reals(), integers(1), flags(true));
    }

    /** r[i] = the first j at which x[i, j] is largest, as a number; of a row with a NaN it is any. */
    public static Operation maxIndexOverColumns(Array x, Array r) {
        Array rows = asRows(x);
        INDArray found = Nd4j.create(DataType.LONG, rows.size(0), 1);
        Device.MEMORY.settle(found);
        return Operation.sequence(Native.call("argmax", new INDArray[] {rows.nd()}, found, integers(1), flags(true)),
                legacy(new Assign(found, r.reshape(rows.size(0), 1).nd())));
    }

    /** z[i, j] = x[i, j] - r[i]. */
    public static Operation subtractPerRow(Array x, Array r, Array z) {
        return perRow("subtract", x, r, z);
    }

    /** z[i, j] = x[i, j] · r[i]. */
    public static Operation multiplyPerRow(Array x, Array r, Array z) {
        return perRow("multiply", x, r, z);
    }

    /**
     * Where the matrix is small, r is first spread over it by a product with a row of ones: ND4J's own broadcast takes 30 us to begin,
     * because it wakes the other threads.
     */
    private static Operation perRow(String name, Array x, Array r, Array z) {
        Array rows = asRows(x);
        if (rows.size() > SMALL) {
            return Native.call(name, in(rows, r), out(asRows(z)));
        }
        Array spread = Array.zeros(x.type(), rows.shape());
        return Operation.sequence(Products.product(r, Array.filled(x.type(), 1, 1, rows.size(1)), spread),
                Native.call(name, in(rows, spread), out(asRows(z))));
    }
}
