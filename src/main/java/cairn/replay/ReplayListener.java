package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.train.StepHook;
import cairn.train.Stepper;

/** Is called before a replay begins, and for each of its steps. */
public interface ReplayListener extends Stepper.Listener {
    /** Does nothing. */
    ReplayListener NONE = new ReplayListener() { };

    /** The replay along {@code path} begins. */
    default void onStart(ReplayPath path) {
    }

    /** The replay gives another number than was recorded, so its states are not those of the run. Is called once, for the first number. */
    default void onDifferent(RecordedDifference difference) {
    }

    /** A snapshot is damaged. The replay goes on with another path. */
    default void onDamaged(DamagedCheckpointException damaged) {
    }

    /** What looks into the update that leads to {@code step}. It slows that step, and changes no number. */
    default StepHook hook(long step) {
        return StepHook.NONE;
    }
}
