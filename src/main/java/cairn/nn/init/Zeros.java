package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/** Every value is 0. For biases, or for the last layer of a residual body, so that the block begins as the identity. */
public record Zeros() implements IndependentValues {

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return i -> 0;
    }
}
