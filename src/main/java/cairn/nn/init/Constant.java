package cairn.nn.init;

import cairn.random.Key;

/** Every value is {@code value}. */
public record Constant(double value) implements Initializer {

    public Constant {
        if (!(Math.abs(value) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("value: expected a finite number, found " + value);
        }
    }

    @Override
    public double[] values(long[] shape, Key key) {
        return Initializer.each(shape, i -> value);
    }
}
