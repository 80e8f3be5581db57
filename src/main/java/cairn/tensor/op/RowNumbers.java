package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.state.Ephemeral;
import cairn.tensor.device.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The row numbers of wanted rows of a {@link RowTable}, in the memory of the arrays; they are sent with one copy. */
public final class RowNumbers {
    private final int tableRows;
    @Ephemeral(value = "filled with the rows of a batch before it is read", kind = SCRATCH)
    private final INDArray nd;
    @Ephemeral(value = "the rows of a batch on their way to the device", kind = SCRATCH)
    private final ByteBuffer buffer;
    @Ephemeral(value = "the same bytes as numbers", kind = SCRATCH)
    private final IntBuffer numbers;

    RowNumbers(int count, int tableRows) {
        this.tableRows = tableRows;
        nd = Nd4j.create(DataType.INT, count, 1);
        Device.MEMORY.settle(nd);
        buffer = ByteBuffer.allocateDirect(Math.multiplyExact(count, Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        numbers = buffer.asIntBuffer();
    }

    /** Sets all numbers to those of {@code rows} from index {@code from} on. Leaves no garbage, so a step may call it. */
    public void set(int[] rows, int from) {
        for (int i = from; i < from + numbers.capacity(); i++) {
            // A device would not notice.
            if (rows[i] < 0 || rows[i] >= tableRows) {
                throw new IllegalArgumentException("row " + rows[i] + " was asked for, but the table has rows 0 to " + (tableRows - 1));
            }
        }
        numbers.put(0, rows, from, numbers.capacity());
        Device.MEMORY.upload(buffer.clear(), nd.data(), 0);
    }

    int count() {
        return numbers.capacity();
    }

    INDArray nd() {
        return nd;
    }
}
