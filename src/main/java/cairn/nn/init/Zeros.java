package cairn.nn.init;

import cairn.random.Key;

/** Every value is 0. For biases, or for the last layer of a residual body, so that the block begins as the identity. */
public record Zeros() implements Initializer {

    @Override
    public double[] values(long[] shape, Key key) {
        return Initializer.each(shape, i -> 0);
    }
}
