package cairn.run;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.metrics.Evaluation;
import cairn.recipe.Position;
import cairn.recipe.SaveInterval;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.train.StepReport;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens in a training, as immutable facts. In this order:
 *
 * <pre>
 *     Started
 *     while not stopped:
 *         Stepped                      one update was made; or Intervened: the recovery rule did something in its place
 *         Measured                     if it is one of the steps to be watched
 *         Evaluated                    if the recipe's cadence asked for it
 *         Saved, Pruned                if the save rule asked for it; at step 0 and at the end in any case.
 *                                      Saving runs beside the training, so these may come some steps later
 *     Stopped                          or Failed, if a step could not be made
 * </pre>
 *
 * Observers get these and no handle on the trainer, so they cannot matter: the state is the same with none and with all. On a card some
 * steps are made at once, and told one after the other when all of them are done: whoever has a trainer at hand finds it at the last of
 * them, never before the step that is told, and at that very step when anything but {@code Stepped} is.
 */
public sealed interface Event {

    /** Where the training was when this happened. */
    Position position();

    /** The loop begins at a position, which is step 0 or where a checkpoint left off. */
    record Started(Position position, long untilStep) implements Event {
    }

    /** One update was made. */
    record Stepped(Position position, StepReport report) implements Event {
    }

    /** A fault that was gone when its step, which is told next, was computed once more: the machine's, not the training's. */
    record FaultPassed(Position position, Fault fault) implements Event {
    }

    /** The recipe's recovery rule answered a fault; the step counts, and its update was not made. */
    record Intervened(Position position, RecoveryAction intervention) implements Event {
    }

    /** Statistics of the step that has just been told, as {@code gradient-norm/0.dense}, for a run that is watched. */
    record Measured(Position position, Map<String, Double> values) implements Event {
        public Measured {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** A fault that nothing helps against ended the loop, with the state before it saved. */
    record Failed(Position position, Fault fault) implements Event {
    }

    /** The model was evaluated as the recipe asks. */
    record Evaluated(Position position, String rows, Evaluation result, boolean isBest) implements Event {
    }

    /** The state is about to be captured for a checkpoint: what was told before belongs to it. */
    record Saving(Position position) implements Event {
    }

    /**
     * A checkpoint is durable. It was written beside the training, so some steps may have been told since its own.
     *
     * @param heldSeconds for how long training was held
     * @param writeSeconds how long the writing took
     */
    record Saved(Position position, CheckpointInfo checkpoint, double heldSeconds, double writeSeconds) implements Event {
    }

    /** A checkpoint could not be saved, and training goes on because that was asked for. */
    record SaveFailed(Position position, String why) implements Event {
    }

    /** The checkpoint is saved, but older ones that need not be kept could not be deleted; training goes on because that was asked for. */
    record PruneFailed(Position position, String why) implements Event {
    }

    /** Checkpoints were deleted after a newer one had become durable. */
    record Pruned(Position position, List<CheckpointInfo> dropped) implements Event {
    }

    /**
     * The loop has ended, and why.
     *
     * @param auto the interval that the rule {@code auto} takes by now, if there is one and it could measure something
     */
    record Stopped(Position position, String reason, SaveCosts saving, Optional<SaveInterval.Choice> auto) implements Event {
    }
}
