package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/**
 * Normal with mean 0 and variance 2 / fan-in, for layers that a ReLU follows (He, Zhang, Ren and Sun, "Delving deep into
 * rectifiers", ICCV 2015, equation 10).
 */
public record He() implements IndependentValues {

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return new Normal(0, Math.sqrt(2 / Initializer.fanIn(shape))).at(shape, key);
    }
}
