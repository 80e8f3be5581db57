package cairn.train;

import cairn.nn.Program;
import cairn.tensor.ParameterVector;

/** Is called inside a step, where it can read arrays that later operations of the step overwrite. It changes nothing. */
public interface StepHook {
    /** Does nothing and costs nothing. */
    StepHook NONE = new StepHook() {
    };

    /** The computation of a batch begins; perhaps it is its second computation. */
    default void begin() {
    }

    /** The forward pass of one micro-batch is done. */
    default void forward(Program microBatch) {
    }

    /** The gradient of the whole batch is complete and not clipped yet. */
    default void gradient(ParameterVector gradient) {
    }

    /** The update has been made. */
    default void updated() {
    }
}
