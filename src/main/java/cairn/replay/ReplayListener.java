package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.train.Stepper;

/** Is called before a replay begins, and for each of its steps. */
public interface ReplayListener extends Stepper.Listener {
    /** Does nothing. */
    ReplayListener NONE = new ReplayListener() { };

    /** The replay along {@code path} begins. */
    default void onStart(ReplayPath path) {
    }

    /** A snapshot is damaged. The replay goes on with another path. */
    default void onDamaged(DamagedCheckpointException damaged) {
    }
}
