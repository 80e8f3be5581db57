package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;
import org.apache.commons.math3.special.Erf;

/**
 * Normal with mean {@code mean} and standard deviation {@code std}, restricted to values within 2 std of the mean, so that the standard
 * deviation of the values is 0.8796 std. Drawn by the inverse of the distribution function: one draw for each value.
 */
public record TruncatedNormal(double mean, double std) implements IndependentValues {
    /** Computed when values are drawn, because commands that only read recipes should not load the library of functions. */
    private static final class Within {
        /** The probability of a normal distribution within 2 standard deviations, erf(2/√2) = 0.9545. */
        private static final double TWO = Erf.erf(Math.sqrt(2));
    }

    public TruncatedNormal {
        Normal.require(mean, std);
    }

    @Override
    public LongToDoubleFunction at(long[] shape, Key key) {
        return i -> mean - std * Math.sqrt(2) * Erf.erfInv(Within.TWO * (1 - 2 * key.openUniform(i)));
    }
}
