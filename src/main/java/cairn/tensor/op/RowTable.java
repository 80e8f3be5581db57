package cairn.tensor.op;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of equal width, [rows, width], in the memory of the arrays, of which a training takes some at every step. The table is filled once,
 * piece by piece, from the host.
 */
public final class RowTable implements AutoCloseable {
    @Ephemeral("rows of a data set, which is a constant of the state")
    private final Array values;
    private final int rows;
    private final int width;

    /** A table of zeros. */
    public RowTable(ElementType type, int rows, int width) {
        this.rows = rows;
        this.width = width;
        values = Array.zeros(type, rows, width);
    }

    /** The bytes of memory of such a table. */
    public static long bytes(ElementType type, long rows, long width) {
        return Math.multiplyExact(Math.multiplyExact(rows, width), type.bytes());
    }

    /** Sets {@code count} rows from {@code row} on to the first rows of {@code numbers}. */
    public void put(int row, float[] numbers, int count) {
        put(row, count, i -> numbers[i]);
    }

    /** As {@link #put(int, float[], int)}; the numbers are rounded to the type of the table. */
    public void put(int row, double[] numbers, int count) {
        put(row, count, i -> numbers[i]);
    }

    private void put(int row, int count, IntToDoubleFunction numbers) {
        boolean isFloat = values.type() == ElementType.F32;
        int n = count * width;
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(n, values.type().bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            if (isFloat) {
                bytes.putFloat((float) numbers.applyAsDouble(i));
            } else {
                bytes.putDouble(numbers.applyAsDouble(i));
            }
        }
        part(row, count).copyFrom(bytes.flip());
    }

    /** A view of {@code count} rows from {@code row} on. */
    Array part(int row, int count) {
        return values.view((long) row * width, count, width);
    }

    /** An array for the numbers of {@code count} rows of this table. */
    public RowNumbers numbers(int count) {
        return new RowNumbers(count, rows);
    }

    /** Row i of {@code z} [count, ...] = the row of this table whose number is the i-th of {@code wanted}. */
    public Operation gather(RowNumbers wanted, Array z) {
        if (z.type() != values.type() || z.size() != (long) wanted.count() * width) {
            throw new IllegalArgumentException(wanted.count() + " rows of " + values + " do not make " + z);
        }
        // Not the operation "gather": it copies the offsets of every row of the table to a GPU in each call, and does not free the host's
        // memory of them.
        return Native.call("gather_nd", new INDArray[] {values.nd(), wanted.nd()}, z.reshape(wanted.count(), width).nd());
    }

    int width() {
        return width;
    }

    ElementType type() {
        return values.type();
    }

    int rows() {
        return rows;
    }

    /** Frees the memory now; operations over this table must not run any more. */
    @Override
    public void close() {
        if (!values.nd().wasClosed()) {
            values.nd().close();
        }
    }
}
