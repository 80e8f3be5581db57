package cairn.nn.init;

import cairn.random.Key;

/** Uniform from {@code low} to below {@code high}. */
public record Uniform(double low, double high) implements Initializer {

    public Uniform {
        if (!(low < high && high - low < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("low, high: expected finite numbers, low below high, found " + low + " and " + high);
        }
    }

    @Override
    public double[] values(long[] shape, Key key) {
        return Initializer.each(shape, i -> low + (high - low) * key.uniform(i));
    }
}
