package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.legacy;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;

/** Two-dimensional convolution of images [batch, height, width, channels] with kernels [kh, kw, in, out]. */
public final class Convolutions {
    /** Patches above this many elements (a quarter of a gigabyte of floats) are not laid out. */
    private static final long MOST_PATCHES = 1L << 26;

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
            return same ? (size + stride - 1) / stride : Math.floorDiv(size - reach(kernel), stride) + 1;
        }

        /** Pixels of padding before the first one, of a side of {@code size} pixels. */
        long before(long size, long kernel) {
            return same ? Math.max(0, missing(size, kernel)) / 2 : 0;
        }

        /** Pixels that the windows reach beyond a side of {@code size}; negative if they leave out some of its last. */
        private long missing(long size, long kernel) {
            return covered(size, kernel) - size;
        }

        /**
         * ND4J's padding mode: 1 for same. ND4J also "pads" a side by the negative number of pixels that wide strides leave out,
         * which moves the windows; without padding that side comes out right.
         *
         * @throws IllegalArgumentException if one side would have to be padded and the other not to be moved
         */
        public long paddingMode(long height, long width, long kh, long kw) {
            long most = Math.max(missing(height, kh), missing(width, kw));
            if (!same || most <= 0) {
                return 0;
            }
            if (Math.min(missing(height, kh), missing(width, kw)) < -1) {
                throw new IllegalArgumentException("padding same with stride " + stride + " over a window of " + kh + " x " + kw
                        + " pixels cannot be had for an image of " + height + " x " + width + "; take padding valid or a smaller stride");
            }
            return 1;
        }

        /** Pixels that the windows reach over, padding included. */
        long covered(long size, long kernel) {
            return (output(size, kernel) - 1) * stride + reach(kernel);
        }

        private long reach(long kernel) {
            return (kernel - 1) * dilation + 1;
        }
    }

    /** y = x * w (cross-correlation). */
    public static Operation convolve(Geometry g, Array x, Array w, Array y) {
        return prepare("conv2d", g, w, in(x, w), out(y));
    }

    /** y = x * w + b. */
    public static Operation convolve(Geometry g, Array x, Array w, Array b, Array y) {
        return prepare("conv2d", g, w, in(x, w, b), out(y));
    }

    /** dw and dx of {@link #convolve}. */
    public static Operation gradients(Geometry g, Array x, Array w, Array dy, Array dx, Array dw) {
        return prepare("conv2d_bp", g, w, in(x, w, dy), out(dx, dw));
    }

    /**
     * dw alone. ND4J computes both gradients or none, and dx is the dearer one where there are few channels, as in a first
     * layer. So this lays out the patches of x and takes one product: 1.2 ms against 6 for 28x28x1 to 32 channels, and closer to
     * the sum in double.
     */
    public static Operation weightGradient(Geometry g, Array x, Array w, Array dy, Array dw) {
        long[] shape = {dy.size(0), dy.size(1), dy.size(2), w.size(0), w.size(1), w.size(2)};
        if (Array.size(shape) > MOST_PATCHES) {
            return gradients(g, x, w, dy, Array.zeros(x.type(), x.shape()), dw);
        }
        Array patches = Array.zeros(x.type(), shape);
        long row = w.size(0) * w.size(1) * w.size(2);
        return Operation.sequence(layOut(g, x, patches), Products.product(
                patches.reshape(patches.size() / row, row).transposed(), Rows.asRows(dy), dw.reshape(row, w.size(3))));
    }

    /** patches[n, i, j, p, q, c] = x[n, i·stride + p·dilation, j·stride + q·dilation, c], with zeros beyond the edge. */
    private static Operation layOut(Geometry g, Array x, Array patches) {
        long kh = patches.size(3);
        long kw = patches.size(4);
        long channels = x.size(3);
        long top = g.before(x.size(1), kh);
        long left = g.before(x.size(2), kw);
        long height = Math.max(x.size(1) + top, g.covered(x.size(1), kh));
        long width = Math.max(x.size(2) + left, g.covered(x.size(2), kw));
        List<Operation> copies = new ArrayList<>();
        Array padded = x;
        if (height > x.size(1) || width > x.size(2)) {
            padded = Array.zeros(x.type(), x.size(0), height, width, channels);
            long[] strides = {height * width * channels, width * channels, channels, 1};
            copies.add(legacy(new Assign(x.nd(), padded.strided((top * width + left) * channels, x.shape(), strides))));
        }
        long line = kw * channels;
        for (long p = 0; p < kh; p++) {
            // One copy for each line of the kernel: without dilation its pixels and channels lie side by side.
            long at = p * g.dilation * width * channels;
            long[] source = {height * width * channels, g.stride * width * channels, g.stride * channels, g.dilation * channels, 1};
            long[] target = {patches.size(1) * patches.size(2) * kh * line, patches.size(2) * kh * line, kh * line, channels, 1};
            long[] shape = {x.size(0), patches.size(1), patches.size(2), kw, channels};
            if (g.dilation == 1) {
                source = new long[] {source[0], source[1], source[2], 1};
                target = new long[] {target[0], target[1], target[2], 1};
                shape = new long[] {shape[0], shape[1], shape[2], line};
            }
            copies.add(legacy(new Assign(padded.strided(at, shape, source), patches.strided(p * line, shape, target))));
        }
        return Operation.sequence(copies);
    }

    private static Operation prepare(String name, Geometry g, Array w, Array[] in, Array[] out) {
        long mode = g.paddingMode(in[0].size(1), in[0].size(2), w.size(0), w.size(1));
        long[] arguments = integers(w.size(0), w.size(1), g.stride, g.stride, 0, 0, g.dilation, g.dilation, mode, 1, 0);
        Native call = Native.prepare(name, in, out, reals(), arguments, flags());
        // oneDNN has no dilated convolution: it fails when it is given one.
        return g.dilation > 1 ? call.withoutHelpers().operation() : call.operation();
    }
}
