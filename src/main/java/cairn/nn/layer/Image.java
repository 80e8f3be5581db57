package cairn.nn.layer;

import cairn.tensor.op.Convolutions.Geometry;
import java.util.Arrays;

/** Checks and shapes for layers over images [height, width, channels]. */
final class Image {
    private Image() {
    }

    /** Requires the shape of an image. */
    static void require(String kind, long[] in) {
        if (in.length != 3) {
            throw new IllegalArgumentException(kind + " takes images [height, width, channels], not " + Arrays.toString(in)
                    + "; put a reshape before it");
        }
    }

    /** The shape of an output of {@code channels} channels with one pixel for each square window of {@code size} pixels. */
    static long[] output(String kind, String sizeName, long[] in, int size, Geometry g, long channels) {
        require(kind, in);
        long height = g.output(in[0], size);
        long width = g.output(in[1], size);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(kind + ": a window of " + sizeName + " " + size
                    + (g.dilation() > 1 ? ", dilation " + g.dilation() + "," : "") + " does not fit into an image of " + in[0] + " x "
                    + in[1] + " pixels; take a smaller one, or padding same");
        }
        g.paddingMode(in[0], in[1], size, size);
        return new long[] {height, width, channels};
    }

    static void requirePositive(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + ": expected 1 or more, found " + value);
        }
    }
}
