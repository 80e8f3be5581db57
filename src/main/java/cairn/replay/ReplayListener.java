package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.train.Stepper;

/** Is called before a replay begins, and for each of its steps. */
public interface ReplayListener extends Stepper.Listener {
    /** Does nothing. */
    ReplayListener NONE = new ReplayListener() { };

    /** The replay goes this way now. */
    default void onStart(ReplayPath path) {
    }

    /** A snapshot turned out to be damaged; another way follows. */
    default void onDamaged(DamagedCheckpointException damaged) {
    }
}
