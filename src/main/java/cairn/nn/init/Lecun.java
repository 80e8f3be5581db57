package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/**
 * Normal with mean 0 and variance 1 / fan-in, which keeps the variance of the values through a linear layer (LeCun, Bottou, Orr
 * and Müller, "Efficient backprop", 1998, section 4.6).
 */
public record Lecun() implements IndependentValues {

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return new Normal(0, Math.sqrt(1 / Initializer.fanIn(shape))).at(shape, key);
    }
}
