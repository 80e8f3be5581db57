package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The initial values of a parameter: a pure function of shape and key, computed in double. The last two sizes of a shape are inputs and
 * outputs; the sizes before them are a kernel's window, which multiplies both fans.
 */
@FunctionalInterface
public interface Initializer {

    /** The values in row-major order. */
    double[] values(long[] shape, Key key);

    /**
     * The value at each index of the row-major order, a pure function, which several threads may ask. A large parameter asks for one portion
     * of its values after the other, so that they never lie in Java's memory all together. An initializer that can compute them only
     * together need not implement this.
     */
    default LongToDoubleFunction at(long[] shape, Key key) {
        double[] all = values(shape, key);
        long size = LongStream.of(shape).reduce(1, Math::multiplyExact);
        if (all.length != size) {
            throw new IllegalArgumentException("the initializer " + getClass().getName() + " gives " + all.length + " values for a tensor of "
                    + size);
        }
        return i -> all[Math.toIntExact(i)];
    }

    /** The values of {@code at} for all indices of {@code shape}. */
    static double[] each(long[] shape, LongToDoubleFunction at) {
        return LongStream.range(0, LongStream.of(shape).reduce(1, Math::multiplyExact)).mapToDouble(at).toArray();
    }

    /** The number of inputs that reach one output: in for [in, out], kh·kw·in for [kh, kw, in, out]. */
    static double fanIn(long... shape) {
        return shape.length < 2 ? 1 : window(shape) * shape[shape.length - 2];
    }

    /** The number of outputs that one input reaches. */
    static double fanOut(long... shape) {
        return shape.length < 1 ? 1 : window(shape) * shape[shape.length - 1];
    }

    private static double window(long... shape) {
        double n = 1;
        for (int i = 0; i < shape.length - 2; i++) {
            n *= shape[i];
        }
        return n;
    }
}
