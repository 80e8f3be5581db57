package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

/** Two-dimensional convolution of images [batch, height, width, channels] with kernels [kh, kw, in, out]. */
public final class Convolutions {
    private Convolutions() {
    }

    /**
     * The window's geometry, the same in both directions.
     *
     * @param same whether the image is padded with zeros so that the output has ceil(size / stride) pixels; an odd one is added
     *     at the end, as in TensorFlow
     */
    public record Geometry(long stride, long dilation, boolean same) {
        /** Output pixels along a side of {@code size} pixels under a window of {@code kernel}. */
        public long output(long size, long kernel) {
            long reach = (kernel - 1) * dilation + 1;
            return same ? (size + stride - 1) / stride : Math.floorDiv(size - reach, stride) + 1;
        }
    }

    /** y = x * w (cross-correlation) + b; {@code b} may be absent. */
    public static Operation convolve(Geometry g, Array x, Array w, Array b, Array y) {
        Array[] in = b == null ? in(x, w) : in(x, w, b);
        return prepare("conv2d", g, w, in, out(y));
    }

    /** dw, db and dx of {@link #convolve}. */
    public static Operation gradients(Geometry g, Array x, Array w, Array b, Array dy, Array dx, Array dw, Array db) {
        return b == null
                ? prepare("conv2d_bp", g, w, in(x, w, dy), out(dx, dw))
                : prepare("conv2d_bp", g, w, in(x, w, b, dy), out(dx, dw, db));
    }

    private static Operation prepare(String name, Geometry g, Array w, Array[] in, Array[] out) {
        long[] arguments = integers(w.size(0), w.size(1), g.stride, g.stride, 0, 0, g.dilation, g.dilation, g.same ? 1 : 0, 1, 0);
        Native call = Native.prepare(name, in, out, reals(), arguments, flags());
        // oneDNN has no dilated convolution: it fails when it is given one.
        return g.dilation > 1 ? call.withoutHelpers().operation() : call.operation();
    }
}
