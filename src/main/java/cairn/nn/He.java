package cairn.nn;

import cairn.random.Key;
import java.util.stream.LongStream;

/**
 * Normal with mean 0 and variance 2 / fan-in, for layers that a ReLU follows (He, Zhang, Ren and Sun, "Delving deep into
 * rectifiers", ICCV 2015, equation 10).
 */
public record He() implements Initializer {
    @Override
    public double[] values(long[] shape, Key key) {
        double deviation = Math.sqrt(2 / Initializer.fanIn(shape));
        return LongStream.range(0, LongStream.of(shape).reduce(1, Math::multiplyExact))
                .mapToDouble(i -> deviation * key.gaussian(i)).toArray();
    }
}
