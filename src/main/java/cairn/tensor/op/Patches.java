package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.FIXED;
import static cairn.tensor.Native.legacy;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;

/**
 * The pixels of a convolution's windows, one window after the other: patches [batch, height, width, kh, kw, channels]. With them a
 * convolution is a product of matrices. (Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
 * processing", 2006.)
 */
final class Patches {
    private final boolean isDilated;
    private final ElementType type;
    private final PaddedImage image;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;

    /** Patches of images of shape {@code image} for kernels {@code w} and outputs of the shape of {@code y}. */
    Patches(Convolutions.Geometry g, long[] image, Array w, Array y) {
        this.isDilated = g.dilation() > 1;
        this.type = w.type();
        this.image = new PaddedImage(g, type, image, w.size(0), w.size(1), y);
        this.shape = shape(w, y);
    }

    /** The number of their elements. */
    static long size(Array w, Array y) {
        return Array.size(shape(w, y));
    }

    private static long[] shape(Array w, Array y) {
        return new long[] {y.size(0), y.size(1), y.size(2), w.size(0), w.size(1), w.size(2)};
    }

    /** A new array for them. */
    Array array() {
        return Array.zeros(type, shape);
    }

    /** The patches as a matrix with one window per row. */
    Array asMatrix(Array patches) {
        long row = shape[3] * shape[4] * shape[5];
        return patches.reshape(patches.size() / row, row);
    }

    /** patches[n, i, j, p, q, c] = x[n, i·stride + p·dilation, j·stride + q·dilation, c], with zeros beyond the edge. */
    Operation layOut(Array x, Array patches) {
        List<Operation> copies = new ArrayList<>();
        Array whole = x;
        if (image.isLarger()) {
            whole = image.array(0);
            copies.add(legacy(new Assign(x.nd(), image.inner(whole))));
        }
        // One copy per line of the kernel: without dilation its pixels and channels lie side by side.
        long together = isDilated ? 1 : shape[4];
        for (long p = 0; p < shape[3]; p++) {
            for (long q = 0; q < shape[4]; q += together) {
                long numbers = together * shape[5];
                copies.add(legacy(new Assign(image.at(whole, p, q, numbers), at(patches, p, q, numbers))));
            }
        }
        return Operation.sequence(copies);
    }

    /**
     * dx[n, i·stride + p·dilation, j·stride + q·dilation, c] = Σ patches[n, i, j, p, q, c]: the transpose of {@link #layOut}. The order of
     * the sums is fixed: one place of the kernel after the other.
     */
    Operation addUp(Array patches, Array dx) {
        List<Operation> all = new ArrayList<>();
        Array sums = image.isLarger() ? image.array(0) : dx;
        all.add(Elementwise.fill(0, sums));
        for (long p = 0; p < shape[3]; p++) {
            for (long q = 0; q < shape[4]; q++) {
                INDArray target = image.at(sums, p, q, shape[5]);
                all.add(Native.call("add", new INDArray[] {target, at(patches, p, q, shape[5])}, target));
            }
        }
        if (image.isLarger()) {
            all.add(legacy(new Assign(image.inner(sums), dx.nd())));
        }
        return Operation.sequence(all);
    }

    /** {@code numbers} numbers of every patch, from its place (p, q) on. */
    private INDArray at(Array patches, long p, long q, long numbers) {
        long patch = shape[3] * shape[4] * shape[5];
        return patches.strided((p * shape[4] + q) * shape[5], new long[] {shape[0], shape[1], shape[2], numbers},
                new long[] {shape[1] * shape[2] * patch, shape[2] * patch, patch, 1});
    }
}
