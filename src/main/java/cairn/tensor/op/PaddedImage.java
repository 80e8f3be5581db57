package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the windows of a geometry lie in images [batch, height, width, channels], which are padded if windows reach over the edge. */
final class PaddedImage {
    private final Convolutions.Geometry g;
    private final ElementType type;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] image;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] padded;
    /** The number of windows along both sides. */
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] windows;
    /** Elements before the image's first one in the padded one. */
    private final long corner;

    /**
     * For images of shape {@code image} and windows of {@code kh} by {@code kw} pixels, each of which has one output pixel in {@code y}.
     */
    PaddedImage(Convolutions.Geometry g, ElementType type, long[] image, long kh, long kw, Array y) {
        this.g = g;
        this.type = type;
        this.image = image.clone();
        this.windows = new long[] {y.size(1), y.size(2)};
        long top = g.before(image[1], kh);
        long left = g.before(image[2], kw);
        this.padded = new long[] {image[0], Math.max(image[1] + top, g.covered(image[1], kh)),
                Math.max(image[2] + left, g.covered(image[2], kw)), image[3]};
        this.corner = (top * padded[2] + left) * padded[3];
    }

    /** Whether there is padding around the image. */
    boolean isLarger() {
        return !Arrays.equals(padded, image);
    }

    /** A new array for the padded image, filled with {@code edge}. */
    Array array(double edge) {
        return edge == 0 ? Array.zeros(type, padded) : Array.filled(type, edge, padded);
    }

    /** The image within the padded image {@code whole}. */
    INDArray inner(Array whole) {
        return whole.strided(corner, image, strides(1));
    }

    /** {@code numbers} numbers of every window in {@code whole}, from its pixel (p, q) on; a pixel has one number per channel. */
    INDArray at(Array whole, long p, long q, long numbers) {
        return whole.strided((p * padded[2] + q) * g.dilation() * padded[3], new long[] {image[0], windows[0], windows[1], numbers},
                strides(g.stride()));
    }

    private long[] strides(long step) {
        return new long[] {padded[1] * padded[2] * padded[3], step * padded[2] * padded[3], step * padded[3], 1};
    }
}
