package cairn.optim;

import cairn.tensor.Array;
import java.util.OptionalDouble;

/** A bound on the whole gradient, applied before the optimizer sees it. It has no memory. */
public interface Clipping {

    /** Prepares the clipping of one flat gradient, once. */
    Clip wire(Array grad);

    /** One prepared clipping. */
    @FunctionalInterface
    interface Clip {
        /** Clips the gradient in place; gives its Euclidean norm before that, where the rule needed it. */
        OptionalDouble apply();
    }
}
