package cairn.optim;

import cairn.tensor.Array;
import java.util.List;
import java.util.Set;

/**
 * A rule that turns a gradient into an update, on whole vectors. The rule itself is an immutable description; everything that changes
 * during training lies in the vectors that it names, which share the layout of the parameters.
 *
 * <p>Laws: the update is a pure function of parameters, gradient, slots, {@code lr} and {@code t}; the update of an element
 * depends on that element only; a learning rate of 0 changes the slots and no parameter.
 */
public interface Optimizer {

    /** The base learning rate, which a schedule multiplies. */
    double learningRate();

    /** The names of its vectors, which start as zeros: {@code optimizer/<name>/<parameter>} in the state. */
    default List<String> slots() {
        return List.of();
    }

    /**
     * Whether an update depends on how many updates its vectors have had, as a correction of running means that began at zero does. Then each
     * parameter has an age, {@code optimizer/age/<parameter>} in the state, which begins and is copied together with its vectors.
     */
    default boolean usesAge() {
        return false;
    }

    /**
     * Says how far one update at rate {@code lr}, of vectors of any age, lets the bounds grow that {@code b} has for the state before it. A
     * trainer then knows without a look at the vectors that the update leaves them finite.
     *
     * <p>A rule need not say it. Then the trainer copies the state before every update and looks at every number after it, which takes about
     * as long as the update.
     */
    default void bound(Bounds b, double lr) {
        b.unknown();
    }

    /** Prepares the update over fixed vectors; called once for vectors of one age. */
    Update wire(Vectors v);

    /** One prepared update. */
    @FunctionalInterface
    interface Update {
        /**
         * Applies the gradient, which may be overwritten.
         *
         * @param t the number of this update, from 1: that of the vectors if the rule {@linkplain Optimizer#usesAge uses their age},
         *     otherwise that of the training
         */
        void apply(double lr, long t);

        /** As {@link cairn.tensor.Operation#unordered}, for the work of this update. */
        default Set<String> unordered() {
            return Set.of();
        }
    }

    /** The vectors that an update works on. */
    interface Vectors {
        /** The parameters, to be changed. */
        Array theta();

        /** The gradient, which may be overwritten. */
        Array grad();

        /** The vector {@code name}, one of {@link #slots()}. */
        Array slot(String name);

        /** A vector for intermediate results; its content is lost between updates. */
        Array scratch();

        /** The parts to which weight decay applies: {@code theta} and {@code grad} of each tensor that decays. */
        List<Decaying> decaying();
    }

    /** A tensor to which weight decay applies. */
    record Decaying(Array theta, Array grad) {
    }
}
