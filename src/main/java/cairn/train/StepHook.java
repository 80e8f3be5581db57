package cairn.train;

import cairn.nn.Program;
import cairn.tensor.ParameterVector;

/** Is called inside a step, where arrays hold what is gone between steps. It only reads. */
public interface StepHook {
    /** Does nothing and costs nothing. */
    StepHook NONE = new StepHook() {
    };

    /** A batch is about to be computed, perhaps for a second time. */
    default void begin() {
    }

    /** The forward pass of one micro-batch is done. */
    default void forward(Program part) {
    }

    /** The gradient of the whole batch is complete; it is not clipped yet. */
    default void gradient(ParameterVector gradient) {
    }

    /** The update has been made. */
    default void updated() {
    }
}
