package cairn.tensor.op;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import cairn.tensor.device.Device;

/** Pooling of images [batch, height, width, channels] over square windows; at the edge an average counts real pixels only. */
public final class Pooling {
    private Pooling() {
    }

    /** y = the maximum of each window; NaN if the window holds a NaN. */
    public static Operation max(long window, Convolutions.Geometry g, Array x, Array y) {
        if (isOnePass(window, g, x)) {
            return WindowMaxima.maxima(window, false, x, y);
        }
        // The native maximum ignores a NaN, and gives the lowest number for a window of NaNs, so that a diverged network would look
        // healthy. The average is NaN where the window holds one; it may overflow, so it is no use as a number.
        Array average = Array.zeros(y.type(), y.shape());
        return Operation.sequence(nativeMaximum(window, g, x, y), average(window, g, x, average), Elementwise.takeNaN(average, y));
    }

    /** Whether {@link #maxOfRelu} is possible; maxima and their gradients then take one pass over the images. */
    public static boolean isOnePass(long window, Convolutions.Geometry g, Array x) {
        return HostLoops.can(x) && WindowMaxima.fit(window, g, x.shape());
    }

    /** y = the maximum of each window of max(x, 0); NaN if the window holds a NaN. Only if this {@linkplain #isOnePass takes one pass}. */
    public static Operation maxOfRelu(long window, Array x, Array y) {
        return WindowMaxima.maxima(window, true, x, y);
    }

    /** dx of {@link #maxOfRelu}, with its y. */
    public static Operation maxOfReluGradient(long window, Array x, Array y, Array dy, Array dx) {
        return WindowMaxima.gradient(window, true, x, y, dy, dx);
    }

    /** y = the maximum of each window, without its NaNs. */
    static Operation nativeMaximum(long window, Convolutions.Geometry g, Array x, Array y) {
        return prepare("maxpool2d", window, window, g, in(x), out(y));
    }

    /** dx of {@link #max}, with its y: each dy is added to the first largest pixel of its window. */
    public static Operation maxGradient(long window, Convolutions.Geometry g, Array x, Array y, Array dy, Array dx) {
        if (isOnePass(window, g, x)) {
            return WindowMaxima.gradient(window, false, x, y, dy, dx);
        }
        return isAddedInNoOrder(window, g) ? OverlappingWindows.maxGradient(window, g, x, dy, dx) : nativeMaxGradient(window, g, x, dy, dx);
    }

    static Operation nativeMaxGradient(long window, Convolutions.Geometry g, Array x, Array dy, Array dx) {
        return prepare("maxpool2d_bp", window, window, g, in(x, dy), out(dx));
    }

    /** y = the mean of each window. */
    public static Operation average(long window, Convolutions.Geometry g, Array x, Array y) {
        return prepare("avgpool2d", window, window, g, in(x), out(y));
    }

    /** dx of {@link #average}. */
    public static Operation averageGradient(long window, Convolutions.Geometry g, Array x, Array dy, Array dx) {
        return isAddedInNoOrder(window, g) ? OverlappingWindows.averageGradient(window, g, x, dy, dx)
                : nativeAverageGradient(window, g, x, dy, dx);
    }

    static Operation nativeAverageGradient(long window, Convolutions.Geometry g, Array x, Array dy, Array dx) {
        return prepare("avgpool2d_bp", window, window, g, in(x, dy), out(dx));
    }

    /** y = the mean of each channel over the whole image.   y [batch, channels]. */
    public static Operation averageOfImage(Array x, Array y) {
        return prepare("avgpool2d", x.size(1), x.size(2), WHOLE, in(x), out(y.reshape(x.size(0), 1, 1, x.size(3))));
    }

    /** dx of {@link #averageOfImage}. */
    public static Operation averageOfImageGradient(Array x, Array dy, Array dx) {
        return prepare("avgpool2d_bp", x.size(1), x.size(2), WHOLE, in(x, dy.reshape(x.size(0), 1, 1, x.size(3))), out(dx));
    }

    private static final Convolutions.Geometry WHOLE = new Convolutions.Geometry(1, 1, false);

    /**
     * On a device the native gradients add in the order in which threads arrive; where no windows overlap, one term is added to 0, which is
     * exact.
     */
    private static boolean isAddedInNoOrder(long window, Convolutions.Geometry g) {
        return !Device.IS_HOST && OverlappingWindows.are(window, g);
    }

    private static Operation prepare(String name, long height, long width, Convolutions.Geometry g, Array[] in, Array[] out) {
        long mode = g.paddingMode(in[0].size(1), in[0].size(2), height, width);
        long[] arguments = integers(height, width, g.stride(), g.stride(), 0, 0, 1, 1, mode, 0, 1);
        return Native.call(name, in, out, reals(), arguments, flags());
    }
}
