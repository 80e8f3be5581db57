package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The first values of a parameter: a pure function of shape and key, computed in double. The last two sizes of a shape are
 * inputs and outputs; sizes before them are a kernel's window, which multiplies both fans.
 */
@FunctionalInterface
public interface Initializer {

    /** The values in row-major order. */
    double[] values(long[] shape, Key key);

    /** The value at each index of {@code shape}, each drawn by itself. */
    static double[] each(long[] shape, LongToDoubleFunction at) {
        return LongStream.range(0, LongStream.of(shape).reduce(1, Math::multiplyExact)).mapToDouble(at).toArray();
    }

    /** Inputs that reach one output: [in, out] has in; [kh, kw, in, out] has kh·kw·in. */
    static double fanIn(long... shape) {
        return shape.length < 2 ? 1 : window(shape) * shape[shape.length - 2];
    }

    /** Outputs that one input reaches. */
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
