package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/** Uniform from {@code low} to below {@code high}. */
public record Uniform(double low, double high) implements IndependentValues {

    public Uniform {
        if (!(low < high && high - low < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("low, high: expected finite numbers, low below high, found " + low + " and " + high);
        }
    }

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return i -> low + (high - low) * key.uniform(i);
    }
}
