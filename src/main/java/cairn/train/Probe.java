package cairn.train;

import cairn.nn.Wired;
import cairn.tensor.ParameterVector;

/** Looks into a step while it is made, where arrays hold what is gone between steps. It reads, and writes nothing. */
interface Probe {
    /** Sees nothing and costs nothing. */
    Probe NONE = new Probe() {
    };

    /** A batch is about to be computed, perhaps once more. */
    default void begin() {
    }

    /** A part of the batch has passed forward. */
    default void forward(Wired part) {
    }

    /** The gradient of the whole batch is there, not clipped yet. */
    default void gradient(ParameterVector gradient) {
    }

    /** The update has been made. */
    default void updated() {
    }
}
