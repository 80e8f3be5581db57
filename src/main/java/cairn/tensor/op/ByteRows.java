package cairn.tensor.op;

import static cairn.tensor.Native.in;
import static cairn.tensor.Native.legacy;
import static cairn.tensor.Native.out;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import cairn.tensor.device.Device;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarDivision;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes rows of unsigned bytes into a table. They are sent as bytes and become reals where the table lies,
 *
 * <pre>
 *     y = (b - shift[c]) / divisor[c],   c = the index within a row, modulo the number of channels
 * </pre>
 *
 * computed in double and rounded to float once, so that they have the bits of the same formula in Java.
 */
public final class ByteRows implements AutoCloseable {
    /** Bytes that are sent at once. */
    private static final int PIECE = 1 << 20;
    /** Memory for one byte: the byte itself, a double and a float. */
    private static final int SCRATCH_PER_BYTE = 1 + Double.BYTES + Float.BYTES;

    private final RowTable table;
    private final int most;
    private final INDArray bytes;
    private final Array wide;
    private final Array narrow;
    private final Operation convert;

    /** Prepares the conversion; {@code shift} and {@code divisor} have one value per channel, and a row consists of whole pixels. */
    public ByteRows(RowTable table, double[] shift, double[] divisor) {
        int channels = shift.length;
        if (channels != divisor.length || channels == 0 || table.width() % channels != 0) {
            throw new IllegalArgumentException("rows of " + table.width() + " bytes cannot be shifted by " + channels + " and divided by "
                    + divisor.length + " values");
        }
        this.table = table;
        most = piece(table.rows(), table.width());
        long n = (long) most * table.width();
        bytes = Nd4j.create(DataType.UBYTE, n);
        Device.MEMORY.settle(bytes);
        wide = Array.zeros(ElementType.F64, n / channels, channels);
        narrow = Array.zeros(ElementType.F32, n);
        List<Operation> steps = new ArrayList<>();
        steps.add(legacy(new Assign(bytes, wide.reshape(n).nd())));
        if (channels == 1) {
            steps.add(Elementwise.shift(wide, -shift[0], wide));
            steps.add(legacy(new ScalarDivision(wide.nd(), null, wide.nd(), divisor[0])));
        } else {
            steps.add(Rows.subtractPerColumn(wide, vector(shift), wide));
            steps.add(Native.call("divide", in(wide, vector(divisor)), out(wide)));
        }
        steps.add(legacy(new Assign(wide.reshape(n).nd(), narrow.nd())));
        convert = Operation.sequence(steps);
    }

    /** The bytes of memory that a conversion of {@code rows} rows needs beside their table. */
    public static long scratch(int rows, int width) {
        return (long) piece(rows, width) * width * SCRATCH_PER_BYTE;
    }

    /** The largest number of rows that {@link #put} takes. */
    public int most() {
        return most;
    }

    /** Converts the first {@code count} rows of {@code pixels} and writes them over the rows of the table from {@code row} on. */
    public void put(int row, byte[] pixels, int count) {
        long n = (long) count * table.width();
        Device.MEMORY.upload(ByteBuffer.wrap(pixels, 0, Math.toIntExact(n)), bytes.data(), 0);
        convert.run();
        legacy(new Assign(narrow.view(0, count, table.width()).nd(), table.part(row, count).nd())).run();
    }

    private static int piece(int rows, int width) {
        return Math.min(rows, Math.max(1, PIECE / width));
    }

    private static Array vector(double[] values) {
        Array v = Array.zeros(ElementType.F64, values.length);
        v.set(values);
        return v;
    }

    /** Frees the memory now. */
    @Override
    public void close() {
        Device.MEMORY.finish();
        bytes.close();
        wide.nd().close();
        narrow.nd().close();
    }
}
