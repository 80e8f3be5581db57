package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/** Every value is {@code value}. */
public record Constant(double value) implements IndependentValues {

    public Constant {
        if (!(Math.abs(value) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("value: expected a finite number, found " + value);
        }
    }

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return i -> value;
    }
}
