package cairn.train;

import cairn.nn.Program;
import cairn.tensor.ParameterVector;

/** Looks into a step while it is made, where arrays hold what is gone between steps. It reads, and writes nothing. */
public interface StepHook {
    /** Sees nothing and costs nothing. */
    StepHook NONE = new StepHook() {
    };

    /** A batch is about to be computed, perhaps once more. */
    default void begin() {
    }

    /** A part of the batch has passed forward. */
    default void forward(Program part) {
    }

    /** The gradient of the whole batch is there, not clipped yet. */
    default void gradient(ParameterVector gradient) {
    }

    /** The update has been made. */
    default void updated() {
    }
}
