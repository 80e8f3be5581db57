package cairn.optim;

import cairn.tensor.Array;
import java.util.OptionalDouble;

/** A bound on the whole gradient, applied before the optimizer sees it. It has no memory. */
public interface Clipping {

    /** Prepares the clipping of one flat gradient, once. */
    Clip wire(Array grad);

    /** Whether it computes the gradient's Euclidean norm, and a training that reports it need not. */
    default boolean usesNorm() {
        return false;
    }

    /** One prepared clipping. */
    @FunctionalInterface
    interface Clip {
        /** Clips the gradient in place. Does not wait for a card. */
        void apply();

        /** The gradient's Euclidean norm before the last clipping, where the rule needed it. Waits for a card. */
        default OptionalDouble norm() {
            return OptionalDouble.empty();
        }
    }
}
