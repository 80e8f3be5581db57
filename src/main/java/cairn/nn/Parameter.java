package cairn.nn;

import cairn.nn.init.Constant;
import cairn.nn.init.Initializer;

/**
 * A tensor to be trained.
 *
 * @param name its name within the layer, such as {@code weight}
 * @param initializer gives its first values
 * @param decays whether weight decay applies: to weights of products, not to biases, gains and shifts
 */
public record Parameter(String name, long[] shape, Initializer initializer, boolean decays) {

    /** A weight that decays. */
    public static Parameter weight(String name, Initializer initializer, long... shape) {
        return new Parameter(name, shape, initializer, true);
    }

    /** A bias, gain or shift: it starts at {@code value} and does not decay. */
    public static Parameter offset(String name, double value, long... shape) {
        return new Parameter(name, shape, new Constant(value), false);
    }

    /** This parameter as its layer's container names it. */
    public Parameter under(String prefix) {
        return new Parameter(prefix + "/" + name, shape, initializer, decays);
    }
}
