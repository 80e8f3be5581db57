package cairn.nn.init;

import cairn.random.Key;

/**
 * Normal with mean 0 and variance 1 / fan-in, which keeps the variance of the values through a linear layer (LeCun, Bottou, Orr
 * and Müller, "Efficient backprop", 1998, section 4.6).
 */
public record Lecun() implements Initializer {

    @Override
    public double[] values(long[] shape, Key key) {
        return new Normal(0, Math.sqrt(1 / Initializer.fanIn(shape))).values(shape, key);
    }
}
