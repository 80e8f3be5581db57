package cairn.tensor.op;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;

/**
 * Matrices against vectors: x [n, c] with one value per column (v [c]) or one per row (r [n, 1]). Arrays of higher rank are
 * seen as matrices of their last dimension.
 */
public final class Rows {
    /** Elements up to which a value a row is spread over its row by a product. */
    private static final long SMALL = 1L << 15;

    private Rows() {
    }

    /** {@code x} as a matrix whose columns are its last dimension. */
    public static Array asRows(Array x) {
        long columns = x.size(x.rank() - 1);
        return x.rank() == 2 ? x : x.reshape(x.size() / columns, columns);
    }

    /** y = y + v for every row. */
    public static Operation addToRows(Array y, Array v) {
        Array rows = asRows(y);
        return Native.call("biasadd", in(rows, v), out(rows), reals(), integers(), flags(false));
    }

    /** z = x + v for every row. */
    public static Operation addToRows(Array x, Array v, Array z) {
        return Native.call("biasadd", in(asRows(x), v), out(asRows(z)), reals(), integers(), flags(false));
    }

    /** z = x - v for every row. */
    public static Operation subtractFromRows(Array x, Array v, Array z) {
        return Native.call("subtract", in(asRows(x), v), out(asRows(z)));
    }

    /** z = x · v for every row, element by element. */
    public static Operation multiplyRows(Array x, Array v, Array z) {
        return Native.call("multiply", in(asRows(x), v), out(asRows(z)));
    }

    /** v = Σ over rows of x. As a product with a row of ones: four times as fast as ND4J's own reduction over rows. */
    public static Operation sumOfRows(Array x, Array v) {
        return weightedSumOfRows(x, 1, v);
    }

    /** v = the mean over rows of x. */
    public static Operation meanOfRows(Array x, Array v) {
        return weightedSumOfRows(x, 1.0 / asRows(x).size(0), v);
    }

    private static Operation weightedSumOfRows(Array x, double weight, Array v) {
        Array rows = asRows(x);
        Array weights = Array.filled(x.type(), weight, 1, rows.size(0));
        return Products.product(weights, rows, v.reshape(1, v.size()));
    }

    /** r = Σ over columns of x, one value per row; as a product with a column of ones, for the same reason. */
    public static Operation sumOfColumns(Array x, Array r) {
        return weightedSumOfColumns(x, 1, r);
    }

    /** r = the mean over columns of x, one value per row. */
    public static Operation meanOfColumns(Array x, Array r) {
        return weightedSumOfColumns(x, 1.0 / x.size(x.rank() - 1), r);
    }

    private static Operation weightedSumOfColumns(Array x, double weight, Array r) {
        Array rows = asRows(x);
        return Products.product(rows, Array.filled(x.type(), weight, rows.size(1), 1), r);
    }

    /** r = the largest of each row of x, which a NaN never is. */
    public static Operation maxOfColumns(Array x, Array r) {
        return Native.call("reduce_max", in(asRows(x)), out(r), reals(), integers(1), flags(true));
    }

    /** z = x - r, the same value off the whole row. */
    public static Operation subtractFromColumns(Array x, Array r, Array z) {
        return withColumns("subtract", x, r, z);
    }

    /** z = x · r, the whole row by the same value. */
    public static Operation multiplyColumns(Array x, Array r, Array z) {
        return withColumns("multiply", x, r, z);
    }

    /**
     * Where the matrix is small r is first spread over it, by a product with a row of ones: ND4J's own spreading takes 30 us to begin, for
     * it wakes the other threads.
     */
    private static Operation withColumns(String name, Array x, Array r, Array z) {
        Array rows = asRows(x);
        if (rows.size() > SMALL) {
            return Native.call(name, in(rows, r), out(asRows(z)));
        }
        Array spread = Array.zeros(x.type(), rows.shape());
        return Operation.sequence(Products.product(r, Array.filled(x.type(), 1, 1, rows.size(1)), spread),
                Native.call(name, in(rows, spread), out(asRows(z))));
    }
}
