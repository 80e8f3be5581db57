package cairn.tensor;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

/** Pooling of images [batch, height, width, channels] over square windows; at the edge an average counts real pixels only. */
public final class Pooling {
    private Pooling() {
    }

    /** y = the largest of each window. */
    public static Operation max(long window, Convolutions.Geometry g, Array x, Array y) {
        return prepare("maxpool2d", window, g, in(x), out(y));
    }

    /** dx of {@link #max}: each dy goes to the place of its window's largest. */
    public static Operation maxGradient(long window, Convolutions.Geometry g, Array x, Array dy, Array dx) {
        return prepare("maxpool2d_bp", window, g, in(x, dy), out(dx));
    }

    /** y = the mean of each window. */
    public static Operation average(long window, Convolutions.Geometry g, Array x, Array y) {
        return prepare("avgpool2d", window, g, in(x), out(y));
    }

    /** dx of {@link #average}. */
    public static Operation averageGradient(long window, Convolutions.Geometry g, Array x, Array dy, Array dx) {
        return prepare("avgpool2d_bp", window, g, in(x, dy), out(dx));
    }

    private static Operation prepare(String name, long window, Convolutions.Geometry g, Array[] in, Array[] out) {
        long[] arguments = integers(window, window, g.stride(), g.stride(), 0, 0, 1, 1, g.same() ? 1 : 0, 0, 1);
        return Native.call(name, in, out, reals(), arguments, flags());
    }
}
