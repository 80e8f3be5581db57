package cairn.interop.onnx;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Where a graph has been read to.
 *
 * @param value of the graph
 * @param row its shape here, channels last
 * @param isPooled whether it is an image of one pixel there and a row of numbers here
 * @param isMixed whether it is a flattened image whose numbers stand in another order there
 */
record Place(String value, long[] row, boolean isPooled, boolean isMixed) {
    /** What stands for the size of the batch in the sizes of a value. */
    static final long BATCH = Long.MIN_VALUE;

    Place at(String next) {
        return new Place(next, row, isPooled, isMixed);
    }

    Place with(String next, long[] shape) {
        return new Place(next, shape, false, false);
    }

    /** The sizes of the value in the graph, with {@link #BATCH} as the first. */
    long[] sizes(Layouts.Order order) {
        boolean isFirst = order == Layouts.Order.CHANNELS_FIRST;
        long[] there = row.clone();
        if (isPooled) {
            there = isFirst ? new long[] {row[0], 1, 1} : new long[] {1, 1, row[0]};
        } else if (isFirst && row.length > 1) {
            there[0] = row[row.length - 1];
            System.arraycopy(row, 0, there, 1, row.length - 1);
        }
        return LongStream.concat(LongStream.of(BATCH), LongStream.of(there)).toArray();
    }

    /** A row there, channels first, in the order here. */
    static long[] channelsLast(long[] there) {
        long[] row = Arrays.copyOfRange(there, 1, there.length + 1);
        row[there.length - 1] = there[0];
        return row;
    }

    long numbers() {
        return LongStream.of(row).reduce(1, Math::multiplyExact);
    }
}
