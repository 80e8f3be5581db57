package cairn.interop.onnx;

import static cairn.interop.onnx.NodeLayers.require;

import cairn.interop.onnx.Layouts.Order;
import cairn.interop.onnx.NodeLayers.Step;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Reshape;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Nodes that change the shape of a row, or the order of its dimensions. */
final class ShapeSteps {
    private final Layouts layouts;
    private final ShapeValues shapes;
    private final long batch;

    /** @param batch the size of the batch in the graph; negative if it is open */
    ShapeSteps(Layouts layouts, ShapeValues shapes, long batch) {
        this.layouts = layouts;
        this.shapes = shapes;
        this.batch = batch;
    }

    Step flat(Place p, String y) {
        if (p.isPooled() || p.row().length == 1) {
            return Step.nothing(new Place(y, p.row(), false, p.isMixed()));
        }
        long channels = p.row()[p.row().length - 1];
        boolean isMixed = layouts.of(p.value()) == Order.CHANNELS_FIRST && channels > 1 && p.numbers() > channels;
        return Step.of(new Flatten(), new Place(y, new long[] {p.numbers()}, false, isMixed));
    }

    Step reshape(GraphNode node, Place p) {
        long[] shape = shapes.of(node.input(1)).orElseThrow(() -> new IllegalArgumentException("its shape cannot be known before it runs"));
        long[] before = p.sizes(layouts.of(p.value()));
        boolean isZero = LongStream.of(shape).anyMatch(s -> s == 0) && node.integer("allowzero", 0) != 0;
        boolean keepsBatch = shape.length > 1 && !isZero
                && (shape[0] == Place.BATCH || shape[0] == -1 || shape[0] == 0 || shape[0] == batch);
        require(keepsBatch, "shape " + Arrays.toString(shape) + "; expected the batch as the first size");
        long[] rest = Arrays.copyOfRange(shape, 1, shape.length);
        long known = 1;
        int open = -1;
        for (int i = 0; i < rest.length; i++) {
            rest[i] = rest[i] == 0 && i + 1 < before.length ? before[i + 1] : rest[i];
            require(rest[i] > 0 || rest[i] == -1 && open < 0 && shape[0] != -1, "shape " + Arrays.toString(shape));
            open = rest[i] == -1 ? i : open;
            known = rest[i] == -1 ? known : Math.multiplyExact(known, rest[i]);
        }
        if (open >= 0) {
            require(p.numbers() % known == 0, "shape " + Arrays.toString(shape) + " of " + p.numbers() + " numbers");
            rest[open] = p.numbers() / known;
        }
        require(LongStream.of(rest).reduce(1, Math::multiplyExact) == p.numbers(), "shape " + Arrays.toString(shape) + " of rows of "
                + p.numbers() + " numbers");
        return reshaped(node.output(), p, before, rest);
    }

    private Step reshaped(String y, Place p, long[] before, long[] rest) {
        if (rest.length == 1) {
            return flat(p, y);
        } else if (Arrays.equals(rest, Arrays.copyOfRange(before, 1, before.length)) && layouts.of(p.value()) == layouts.of(y)) {
            return Step.nothing(p.at(y));
        }
        require(!p.isMixed() && !p.isPooled() && (p.row().length == 1 || layouts.of(p.value()) == Order.OWN),
                "gives another shape to numbers that stand channels first");
        boolean isFirst = layouts.of(y) == Order.CHANNELS_FIRST;
        long[] row = isFirst ? Place.channelsLast(rest) : rest;
        require(!isFirst || rest[0] == 1 || p.numbers() == rest[0],
                "makes an image channels first; its numbers would have to be reordered");
        return Step.of(new Reshape(LongStream.of(row).mapToObj(Math::toIntExact).toList()), p.with(y, row));
    }

    Step transpose(GraphNode node, Place p) {
        Order before = layouts.of(p.value());
        Order after = layouts.of(node.output());
        int dimensions = p.sizes(before).length;
        long[] axes = node.integers("perm");
        boolean isNothing = Arrays.equals(axes, LongStream.range(0, dimensions).toArray());
        boolean isFirst = before == Order.OWN && after == Order.CHANNELS_FIRST && Arrays.equals(axes, Layouts.axes(dimensions, true));
        boolean isLast = before == Order.CHANNELS_FIRST && after == Order.OWN && Arrays.equals(axes, Layouts.axes(dimensions, false));
        require(isNothing && before == after || dimensions > 2 && (isFirst || isLast),
                "perm " + Arrays.toString(axes) + "; expected one that makes the channels first, or last again");
        return Step.nothing(p.at(node.output()));
    }
}
