package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/**
 * Mean 0 and variance 2 / (fan-in + fan-out), for layers without a ReLU (Glorot and Bengio, "Understanding the difficulty of
 * training deep feedforward neural networks", AISTATS 2010, equation 16).
 */
public record Glorot(Distribution distribution) implements IndependentValues {

    /** The kind of the distribution; both have the same variance. */
    public enum Distribution { UNIFORM, NORMAL }

    /** As in the paper: uniform. */
    public static Glorot of() {
        return new Glorot(Distribution.UNIFORM);
    }

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        double variance = 2 / (Initializer.fanIn(shape) + Initializer.fanOut(shape));
        return switch (distribution) {
            case UNIFORM -> new Uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance)).at(shape, key);
            case NORMAL -> new Normal(0, Math.sqrt(variance)).at(shape, key);
        };
    }
}
