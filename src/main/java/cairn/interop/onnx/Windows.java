package cairn.interop.onnx;

import cairn.nn.layer.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The window of a node over images, if it is one that there is here: square, with equal steps, and with a padding that is exactly one of
 * {@link Padding}.
 */
final class Windows {
    private final GraphNode node;
    private final long[] size;
    private final long[] strides;
    private final long[] dilations;

    /** @param kernel the sizes of the kernel; of a pool, those that the node states */
    Windows(GraphNode node, long... kernel) {
        this.node = node;
        this.size = node.integers("kernel_shape", kernel);
        this.strides = node.integers("strides", 1, 1);
        this.dilations = node.integers("dilations", 1, 1);
    }

    /**
     * Pixels that are added to a side of {@code size} pixels: of the windows that make ceil(size / stride) pixels, those that reach beyond
     * it. The half of them, rounded down, comes before the first pixel.
     */
    static long missing(long size, long window, long stride, long dilation, Padding padding) {
        long output = (size + stride - 1) / stride;
        return padding == Padding.VALID ? 0 : Math.max(0, (output - 1) * stride + (window - 1) * dilation + 1 - size);
    }

    int size() {
        return (int) size[0];
    }

    int stride() {
        return (int) strides[0];
    }

    int dilation() {
        return (int) dilations[0];
    }

    /** What there is not here, in words. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        square("kernel_shape", size, problems);
        square("strides", strides, problems);
        square("dilations", dilations, problems);
        if (node.integer("storage_order", 0) != 0) {
            problems.add("storage_order " + node.integer("storage_order", 0));
        }
        return problems;
    }

    private static void square(String what, long[] sizes, List<String> problems) {
        if (sizes.length != 2 || sizes[0] != sizes[1]) {
            problems.add(what + " " + Arrays.toString(sizes) + "; expected two equal ones");
        } else if (sizes[0] < 1 || sizes[0] > 1 << 20) {
            problems.add(what + " " + Arrays.toString(sizes) + " is out of range");
        }
    }

    /** Which padding it is over an image [height, width, channels]; empty if it is none that there is here. */
    Optional<Padding> padding(long[] image) {
        long[] same = pads(image, Padding.SAME);
        long[] given = given(image);
        if (LongStream.of(given).allMatch(p -> p == 0)) {
            return Optional.of(Padding.VALID);
        }
        return Arrays.equals(given, same) ? Optional.of(Padding.SAME) : Optional.empty();
    }

    /** The pads of the node: the beginning of each side, then the end of each. */
    long[] given(long[] image) {
        long[] same = pads(image, Padding.SAME);
        return switch (node.text("auto_pad", "NOTSET")) {
            case "VALID" -> new long[4];
            case "SAME_UPPER" -> same;
            case "SAME_LOWER" -> new long[] {same[2], same[3], same[0], same[1]};
            default -> node.integers("pads", 0, 0, 0, 0);
        };
    }

    long[] pads(long[] image, Padding padding) {
        long height = missing(image[0], size(), stride(), dilation(), padding);
        long width = missing(image[1], size(), stride(), dilation(), padding);
        return new long[] {height / 2, width / 2, height - height / 2, width - width / 2};
    }

    /** Height and width after the node by ONNX's rule, whether there is such a window here or not; empty if its settings make no sense. */
    Optional<long[]> output(long[] image) {
        long[] pads = node.integers("pads", 0, 0, 0, 0);
        boolean isSound = size.length == 2 && strides.length == 2 && dilations.length == 2 && pads.length == 4 && strides[0] > 0
                && strides[1] > 0 && !node.has("auto_pad") && node.integer("ceil_mode", 0) == 0;
        if (!isSound) {
            return Optional.empty();
        }
        long[] output = new long[2];
        for (int side = 0; side < 2; side++) {
            long reach = Math.addExact(Math.multiplyExact(size[side] - 1, dilations[side]), 1);
            long padded = Math.addExact(image[side], Math.addExact(pads[side], pads[side + 2]));
            output[side] = Math.floorDiv(Math.subtractExact(padded, reach), strides[side]) + 1;
        }
        return output[0] > 0 && output[1] > 0 && output[0] <= Integer.MAX_VALUE && output[1] <= Integer.MAX_VALUE ? Optional.of(output)
                : Optional.empty();
    }

    /** Whether the last window may reach beyond the padded image, and does so. */
    boolean reachesBeyond(long[] image) {
        long[] pads = given(image);
        boolean reaches = false;
        for (int side = 0; side < 2 && node.integer("ceil_mode", 0) != 0; side++) {
            reaches |= (image[side] + pads[side] + pads[side + 2] - ((size[side] - 1) * dilations[side] + 1)) % strides[side] != 0;
        }
        return reaches;
    }
}
