package cairn.optim;

import cairn.tensor.Array;
import java.util.OptionalDouble;

/** A bound on the gradient, applied before the optimizer uses it. It has no memory. */
public interface Clipping {

    /** Prepares the clipping of one flat gradient, once. */
    Clip wire(Array grad);

    /** Whether the clipping computes the gradient's Euclidean norm, so that a training which reports it need not. */
    default boolean usesNorm() {
        return false;
    }

    /** Whether no number of the gradient ever becomes larger; if so, it need not be looked at again after the clipping. */
    default boolean onlyShortens() {
        return false;
    }

    /** One prepared clipping. */
    @FunctionalInterface
    interface Clip {
        /** Clips the gradient in place. Does not wait for the device. */
        void apply();

        /** As {@link #apply}, for a finite gradient whose squares do not fit its type. May wait for the device. */
        default void applyToLarge() {
            apply();
        }

        /** The gradient's Euclidean norm before the last clipping, if the rule computes it. Waits for the device. */
        default OptionalDouble norm() {
            return OptionalDouble.empty();
        }
    }
}
