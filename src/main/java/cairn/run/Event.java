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
 * What happens in a training, as immutable facts, in this order:
 *
 * <pre>
 *     Started
 *     while not stopped:
 *         Stepped                      one update was made; or Recovered: the recovery rule acted instead
 *         LayerStatisticsMeasured      if statistics of this step were asked for
 *         Evaluated                    if the recipe asks for an evaluation at this step
 *         Saving, Saved, Pruned        if the save rule asks for a save; always at the beginning and at the end.
 *                                      Saving goes on while training does, so Saved and Pruned may come some steps later
 *     Stopped                          or Failed, if an update could not be made
 * </pre>
 *
 * Observers get events and no trainer, so they cannot change it: the state is the same with and without them. On a GPU several steps are
 * made at once, and their events follow when all are made: a trainer is then at the last of them. At every event other than
 * {@code Stepped}, it is at the step of the event.
 */
public sealed interface Event {

    /** Where the training was when it happened. */
    Position position();

    /** The loop begins, at step 0 or at the step of a checkpoint. */
    record Started(Position position, long untilStep) implements Event {
    }

    /** One update was made. */
    record Stepped(Position position, StepReport report) implements Event {
    }

    /** A fault that did not come again when its step was computed once more: an error of the machine. The step is the next event. */
    record FaultPassed(Position position, Fault fault) implements Event {
    }

    /** The recipe's recovery rule acted on a fault: the step counts, and its update was not made. */
    record Recovered(Position position, RecoveryAction action) implements Event {
    }

    /** Statistics of the layers at the last step, such as {@code gradient-norm/0.dense}. */
    record LayerStatisticsMeasured(Position position, Map<String, Double> values) implements Event {
        public LayerStatisticsMeasured {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** A fault ended the loop; the state before it is saved. */
    record Failed(Position position, Fault fault) implements Event {
    }

    /** The model was evaluated, as the recipe asks. */
    record Evaluated(Position position, String rows, Evaluation result, boolean isBest) implements Event {
    }

    /** The state is about to be captured for a checkpoint; earlier events belong to it. */
    record Saving(Position position) implements Event {
    }

    /**
     * A checkpoint is on the disk. It was written while training went on, so some later steps may have been reported before.
     *
     * @param heldSeconds how long training waited
     * @param writeSeconds how long writing took
     */
    record Saved(Position position, CheckpointInfo checkpoint, double heldSeconds, double writeSeconds) implements Event {
    }

    /** A checkpoint could not be saved, and training goes on because that was asked for. */
    record SaveFailed(Position position, String why) implements Event {
    }

    /** The checkpoint is saved, but older ones that need not be kept could not be deleted; training goes on because that was asked for. */
    record PruneFailed(Position position, String why) implements Event {
    }

    /** Checkpoints were deleted after a newer one was on the disk. */
    record Pruned(Position position, List<CheckpointInfo> dropped) implements Event {
    }

    /**
     * The loop has ended, and why.
     *
     * @param auto the interval that the rule {@code auto} uses now, if the rule is set and could measure something
     */
    record Stopped(Position position, String reason, SaveCosts saving, Optional<SaveInterval.Choice> auto) implements Event {
    }
}
