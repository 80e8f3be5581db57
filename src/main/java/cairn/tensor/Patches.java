package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;
import static cairn.tensor.Native.legacy;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;

/**
 * What a convolution's windows see, one window after the other: patches [batch, height, width, kh, kw, channels], with which a convolution
 * is a product of matrices. (Chellapilla, Puri and Simard, "High performance convolutional neural networks for document processing", 2006.)
 */
final class Patches {
    private final Convolutions.Geometry g;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] image;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;
    private final ElementType type;
    private final long top;
    private final long left;
    /** Of an image that all windows lie within. */
    private final long height;
    private final long width;

    /** Of images of shape {@code image}, by kernels {@code w}, into outputs of the shape of {@code y}. */
    Patches(Convolutions.Geometry g, long[] image, Array w, Array y) {
        this.g = g;
        this.image = image;
        this.type = w.type();
        this.shape = shape(w, y);
        top = g.before(image[1], w.size(0));
        left = g.before(image[2], w.size(1));
        height = Math.max(image[1] + top, g.covered(image[1], w.size(0)));
        width = Math.max(image[2] + left, g.covered(image[2], w.size(1)));
    }

    /** How many elements they have. */
    static long size(Array w, Array y) {
        return Array.size(shape(w, y));
    }

    private static long[] shape(Array w, Array y) {
        return new long[] {y.size(0), y.size(1), y.size(2), w.size(0), w.size(1), w.size(2)};
    }

    /** An array of them. */
    Array room() {
        return Array.zeros(type, shape);
    }

    /** They as a matrix: a window in each row. */
    Array asMatrix(Array patches) {
        long row = shape[3] * shape[4] * shape[5];
        return patches.reshape(patches.size() / row, row);
    }

    /** patches[n, i, j, p, q, c] = x[n, i·stride + p·dilation, j·stride + q·dilation, c], with zeros beyond the edge. */
    Operation layOut(Array x, Array patches) {
        List<Operation> copies = new ArrayList<>();
        Array padded = x;
        if (isPadded()) {
            padded = Array.zeros(type, image[0], height, width, image[3]);
            copies.add(legacy(new Assign(x.nd(), inner(padded))));
        }
        long line = shape[4] * shape[5];
        for (long p = 0; p < shape[3]; p++) {
            // One copy for each line of the kernel: without dilation its pixels and channels lie side by side.
            if (g.dilation() == 1) {
                long[] lines = {shape[0], shape[1], shape[2], line};
                copies.add(legacy(new Assign(padded.strided(at(p, 0), lines, windows()),
                        patches.strided(p * line, lines, perWindow()))));
            } else {
                for (long q = 0; q < shape[4]; q++) {
                    copies.add(legacy(new Assign(padded.strided(at(p, q), perPlace(), windows()),
                            patches.strided(p * line + q * shape[5], perPlace(), perWindow()))));
                }
            }
        }
        return Operation.sequence(copies);
    }

    /**
     * dx[n, i·stride + p·dilation, j·stride + q·dilation, c] = Σ patches[n, i, j, p, q, c]: the transpose of {@link #layOut}, in an order that
     * is fixed: one place of the kernel after the other.
     */
    Operation addUp(Array patches, Array dx) {
        List<Operation> all = new ArrayList<>();
        Array sums = isPadded() ? Array.zeros(type, image[0], height, width, image[3]) : dx;
        all.add(Elementwise.fill(0, sums));
        for (long p = 0; p < shape[3]; p++) {
            for (long q = 0; q < shape[4]; q++) {
                INDArray target = sums.strided(at(p, q), perPlace(), windows());
                INDArray terms = patches.strided((p * shape[4] + q) * shape[5], perPlace(), perWindow());
                all.add(Native.call("add", new INDArray[] {target, terms}, target));
            }
        }
        if (isPadded()) {
            all.add(legacy(new Assign(inner(sums), dx.nd())));
        }
        return Operation.sequence(all);
    }

    private boolean isPadded() {
        return height > image[1] || width > image[2];
    }

    private INDArray inner(Array padded) {
        return padded.strided((top * width + left) * image[3], image, new long[] {height * width * image[3], width * image[3], image[3], 1});
    }

    /** Elements before the pixel that the first window has at one place of the kernel. */
    private long at(long p, long q) {
        return (p * g.dilation() * width + q * g.dilation()) * image[3];
    }

    /** One pixel of each window. */
    private long[] perPlace() {
        return new long[] {shape[0], shape[1], shape[2], shape[5]};
    }

    /** From window to window in the padded image. */
    private long[] windows() {
        return new long[] {height * width * image[3], g.stride() * width * image[3], g.stride() * image[3], 1};
    }

    /** From window to window among the patches. */
    private long[] perWindow() {
        long window = shape[3] * shape[4] * shape[5];
        return new long[] {shape[1] * shape[2] * window, shape[2] * window, window, 1};
    }
}
