package cairn.nn;

import cairn.random.Key;

/**
 * The first values of a parameter: a pure function of shape and key, computed in double. The last two sizes of a shape are
 * inputs and outputs; sizes before them are a kernel's window, which multiplies both fans.
 */
@FunctionalInterface
public interface Initializer {

    /** The values in row-major order. */
    double[] values(long[] shape, Key key);

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
