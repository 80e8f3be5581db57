package cairn.nn.init;

import cairn.random.Key;
import java.util.function.LongToDoubleFunction;

/** An initializer whose values do not depend on each other, so that those of a large parameter are drawn in portions. */
@FunctionalInterface
interface IndependentValues extends Initializer {

    @Override
    LongToDoubleFunction at(long[] shape, Key key);

    @Override
    default double[] values(long[] shape, Key key) {
        return Initializer.each(shape, at(shape, key));
    }
}
