package cairn.interop.onnx;

import java.util.Optional;

/**
 * What goes from one layer to the next in a graph that is written: one value, under the name of each order in which the graph has it. ONNX
 * computes images channels first, [batch, channels, height, width]; rows are given and flattened channels last, as everywhere here.
 */
final class Flow {
    private final long[] row;
    private Optional<String> channelsLast = Optional.empty();
    private Optional<String> channelsFirst = Optional.empty();
    private final boolean isFirst;

    private Flow(String name, long[] row, boolean isFirst) {
        this.row = row;
        this.isFirst = isFirst && row.length > 1;
        if (this.isFirst) {
            channelsFirst = Optional.of(name);
        } else {
            channelsLast = Optional.of(name);
        }
    }

    static Flow channelsLast(String name, long[] row) {
        return new Flow(name, row, false);
    }

    static Flow channelsFirst(String name, long[] row) {
        return new Flow(name, row, true);
    }

    /** A value in the order of this one. */
    Flow with(String name, long[] shape) {
        return new Flow(name, shape, isFirst);
    }

    /** The shape of a row, channels last. */
    long[] row() {
        return row;
    }

    /** Whether it was computed channels first. */
    boolean isFirst() {
        return isFirst;
    }

    /** Its name in the order in which it was computed. */
    String name() {
        return isFirst ? channelsFirst.orElseThrow() : channelsLast.orElseThrow();
    }

    /** Its name channels last; adds a node if it was not so yet. */
    String last(Nodes nodes) {
        if (channelsLast.isEmpty()) {
            channelsLast = Optional.of(nodes.transposed(name(), "channels-last", axes(row.length, false)));
        }
        return channelsLast.get();
    }

    /** Its name channels first; adds a node if it was not so yet. */
    String first(Nodes nodes) {
        if (row.length < 2) {
            return name();
        } else if (channelsFirst.isEmpty()) {
            channelsFirst = Optional.of(nodes.transposed(name(), "channels-first", axes(row.length, true)));
        }
        return channelsFirst.get();
    }

    /** For images 0, 3, 1, 2 to channels first, and 0, 2, 3, 1 back. */
    private static long[] axes(int rank, boolean toFirst) {
        long[] axes = new long[rank + 1];
        for (int i = 1; i <= rank; i++) {
            axes[i] = toFirst ? (i == 1 ? rank : i - 1) : (i == rank ? 1 : i + 1);
        }
        return axes;
    }
}
