package cairn.nn;

import cairn.random.Key;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Every value is {@code value}. */
public record Constant(double value) implements Initializer {
    @Override
    public double[] values(long[] shape, Key key) {
        double[] values = new double[Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact))];
        Arrays.fill(values, value);
        return values;
    }
}
