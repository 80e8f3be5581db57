package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/** Normal with mean {@code mean} and standard deviation {@code std}. */
public record Normal(double mean, double std) implements IndependentValues {

    public Normal {
        require(mean, std);
    }

    static void require(double mean, double std) {
        if (!(Math.abs(mean) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("mean: expected a finite number, found " + mean);
        }
        if (!(std > 0 && std < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("std: expected a finite number above 0, found " + std);
        }
    }

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return i -> mean + std * key.gaussian(i);
    }
}
