package cairn.tensor.op;

import static cairn.tensor.Native.legacy;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import cairn.tensor.op.Convolutions.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;

/**
 * Gradients of pooling over windows that overlap. A pixel then has one term from each window that it lies in; here these terms are added in
 * a fixed order. ND4J's CUDA code adds them in the order in which its threads arrive (atomicAdd), which differs from run to run.
 *
 * <p>For one place of the window after the other, the terms of all windows are added at once, because each window has a different pixel
 * there. A window of k² places takes k² additions of images of the size of dy.
 */
final class OverlappingWindows {
    private final long window;
    private final Geometry g;
    private final Array image;
    private final PaddedImage padded;

    private OverlappingWindows(long window, Geometry g, Array image, Array dy) {
        this.window = window;
        this.g = g;
        this.image = image;
        this.padded = new PaddedImage(g, image.type(), image.shape(), window, window, dy);
    }

    /** Whether a pixel can lie in more than one window. */
    static boolean are(long window, Geometry g) {
        return g.stride() < window;
    }

    /**
     * dx of {@link Pooling#max}: each dy is added to the first largest pixel of its window. Where a window holds a NaN or an infinity, for
     * which the maximum is NaN, it is added to one of its pixels, which may be padding.
     */
    static Operation maxGradient(long window, Geometry g, Array x, Array dy, Array dx) {
        OverlappingWindows w = new OverlappingWindows(window, g, x, dy);
        Array largest = Array.zeros(x.type(), dy.shape());
        Array isSmaller = Array.zeros(x.type(), dy.shape());
        Array here = Array.zeros(x.type(), dy.shape());
        // The part of dy that has no place yet; one array is read while the other one is written.
        Array rest = Array.zeros(x.type(), dy.shape());
        Array restBefore = Array.zeros(x.type(), dy.shape());
        List<Operation> all = new ArrayList<>();
        all.add(Pooling.nativeMaximum(window, g, x, largest));
        all.add(Elementwise.copy(dy, rest));
        // Padding is less than any number, so that it is never the largest.
        Array pixels = x;
        if (w.padded.isLarger()) {
            pixels = w.padded.array(Double.NEGATIVE_INFINITY);
            all.add(legacy(new Assign(x.nd(), w.padded.inner(pixels))));
        }
        Array sums = w.sums(dx);
        all.add(Elementwise.fill(0, sums));
        for (long place = 0; place < window * window; place++) {
            Array swapped = rest;
            rest = restBefore;
            restBefore = swapped;
            all.add(Native.call("subtract", new INDArray[] {largest.nd(), w.at(place, pixels)}, isSmaller.nd()));
            all.add(Elementwise.step(isSmaller, 0, isSmaller));
            all.add(Elementwise.multiply(restBefore, isSmaller, rest));
            // Exact: either nothing or all of it is left.
            all.add(Elementwise.subtract(restBefore, rest, here));
            all.add(w.add(place, here, sums));
        }
        all.addAll(w.copyOut(sums, dx));
        return Operation.sequence(all);
    }

    /**
     * dx of {@link Pooling#average}. From the last place to the first, so that each pixel adds its windows in their own order, as on the
     * CPU.
     */
    static Operation averageGradient(long window, Geometry g, Array x, Array dy, Array dx) {
        OverlappingWindows w = new OverlappingWindows(window, g, x, dy);
        Array share = Array.zeros(x.type(), dy.shape());
        Array sums = w.sums(dx);
        List<Operation> all = new ArrayList<>();
        all.add(Native.call("divide", Native.in(Rows.asRows(dy), w.pixelsOfWindows(dy)), Native.out(Rows.asRows(share))));
        all.add(Elementwise.fill(0, sums));
        for (long place = window * window - 1; place >= 0; place--) {
            all.add(w.add(place, share, sums));
        }
        all.addAll(w.copyOut(sums, dx));
        return Operation.sequence(all);
    }

    /** The number of real pixels of each window, as a column. */
    private Array pixelsOfWindows(Array dy) {
        double[] counts = new double[Math.toIntExact(dy.size() / dy.size(3))];
        for (int i = 0; i < counts.length; i++) {
            long column = i % dy.size(2);
            long row = i / dy.size(2) % dy.size(1);
            counts[i] = realPixels(row, image.size(1)) * realPixels(column, image.size(2));
        }
        Array column = Array.zeros(dy.type(), counts.length, 1);
        column.set(counts);
        return column;
    }

    /** The number of pixels that the window of output pixel {@code i} has within a side of {@code size} pixels. */
    private long realPixels(long i, long size) {
        long from = i * g.stride() - g.before(size, window);
        return Math.min(size, from + window) - Math.max(0, from);
    }

    /** The array of the sums: {@code dx} itself if all windows lie within it. */
    private Array sums(Array dx) {
        return padded.isLarger() ? padded.array(0) : dx;
    }

    private List<Operation> copyOut(Array sums, Array dx) {
        return padded.isLarger() ? List.of(legacy(new Assign(padded.inner(sums), dx.nd()))) : List.of();
    }

    /** The pixel of every window at one place of the window; places count row by row. */
    private INDArray at(long place, Array whole) {
        return padded.at(whole, place / window, place % window, image.size(3));
    }

    private Operation add(long place, Array terms, Array sums) {
        INDArray target = at(place, sums);
        return Native.call("add", new INDArray[] {target, terms.nd()}, target);
    }
}
