package cairn.run;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.metrics.Evaluation;
import cairn.recipe.Position;
import cairn.recipe.SaveInterval;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.train.StepReport;
import cairn.train.Trainer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The events of a training, as immutable facts, in this order:
 *
 * <pre>
 *     Started
 *     while not stopped:
 *         Resting                      if the training waits before the next step, and now and then if somebody sets its pace
 *         Stepped                      one update was made; or Recovered: the recovery rule acted instead
 *         LayerStatisticsMeasured      if layer statistics are measured at this step
 *         EpochTrained                 if this step is the last one of an epoch
 *         Evaluated                    if the recipe asks for an evaluation at this step
 *         Saving, Saved, Damaged, Pruned
 *                                      if the save rule asks for a save; always at the beginning and at the end.
 *                                      A checkpoint is written while training goes on, so Saved and Pruned may come some steps later
 *     Stopped                          or Failed, if an update could not be made
 * </pre>
 *
 * Observers get events and no trainer, so the state is the same with and without them. On a GPU several steps are made at once, and their
 * events follow when all are made: then the trainer is at the last of these steps. At every event other than {@code Stepped} and
 * {@code EpochTrained}, it is at the step of the event.
 */
public sealed interface Event {

    /** The position of the training at this event. */
    Position position();

    /** The loop begins, at step 0 or at the step of a checkpoint. */
    record Started(Position position) implements Event {
    }

    /** The training may wait before the next step: what is recorded so far should be where other processes see it. */
    record Resting(Position position) implements Event {
    }

    /**
     * One update was made.
     *
     * @param train the means over the rows of the epoch up to this step
     */
    record Stepped(Position position, StepReport report, TrainMeans train) implements Event {
    }

    /** A fault that did not come again when its step was computed again: an error of the machine. The step is the next event. */
    record FaultPassed(Position position, Fault fault) implements Event {
    }

    /** The recovery rule of the recipe acted on a fault. The step counts, but its update was not made. */
    record Recovered(Position position, RecoveryAction action) implements Event {
    }

    /** Layer statistics of the last step, such as {@code gradient-norm/0.dense}. */
    record LayerStatisticsMeasured(Position position, Map<String, Double> values) implements Event {
        public LayerStatisticsMeasured {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** A fault ended the training. The state before it is saved. */
    record Failed(Position position, Fault fault) implements Event {
    }

    /**
     * All updates of an epoch were made.
     *
     * @param train the means over the rows of the epoch
     */
    record EpochTrained(Position position, TrainMeans train) implements Event {
    }

    /**
     * The model was evaluated, as the recipe asks.
     *
     * @param train the means over the training rows of the epoch so far
     * @param lossSinceLast the mean loss over the training rows since the evaluation before; empty if it is not known
     */
    record Evaluated(Position position, Evaluation result, boolean isBest, TrainMeans train, OptionalDouble lossSinceLast) implements Event {

        /** The evaluation that {@code trainer} has just recorded. */
        static Evaluated of(Trainer trainer, Evaluation result, TrainMeans train, OptionalDouble lossSinceLast) {
            return new Evaluated(trainer.position(), result, trainer.progress().bestStep() == trainer.position().step(), train,
                    lossSinceLast);
        }
    }

    /**
     * The state will be captured for a checkpoint. All earlier events belong to this checkpoint.
     *
     * @param isEvaluationDue whether the evaluation at this step was cancelled, so the state is the one before it
     */
    record Saving(Position position, boolean isEvaluationDue) implements Event {
    }

    /**
     * A checkpoint is on the disk. It was written while training went on, so events of later steps may come before this one.
     *
     * @param heldSeconds the time that training waited
     * @param writeSeconds the time of writing
     */
    record Saved(Position position, CheckpointInfo checkpoint, double heldSeconds, double writeSeconds) implements Event {
    }

    /** A checkpoint could not be saved. Training goes on, because {@link OnSaveError#CONTINUE} was chosen. */
    record SaveFailed(Position position, String why) implements Event {
    }

    /** The checkpoint is saved, but older ones could not be deleted. Training goes on, because {@link OnSaveError#CONTINUE} was chosen. */
    record PruneFailed(Position position, String why) implements Event {
    }

    /**
     * A checkpoint that should be kept, such as the best one, cannot be read. It is left alone, and another one is kept in its place.
     *
     * @param why its file, what is wrong with it, and what to do
     */
    record Damaged(Position position, String why) implements Event {
    }

    /**
     * Rows of the journal could not be written. They change no result. Training goes on, because {@link OnSaveError#CONTINUE} was chosen. The
     * rows stay in memory, and are written as soon as it is possible.
     */
    record JournalFailed(Position position, String why) implements Event {
    }

    /** Checkpoints were deleted after a newer one was on the disk. */
    record Pruned(Position position, List<CheckpointInfo> dropped) implements Event {
    }

    /**
     * The training has ended.
     *
     * @param reason why it has ended
     * @param auto the interval of the save rule {@code auto}, if the rule is set and has measured the costs
     * @param train the means over the training rows of the epoch so far; at its end, of the whole epoch
     */
    record Stopped(Position position, String reason, SaveCosts saving, Optional<SaveInterval.Choice> auto, TrainMeans train)
            implements Event {
    }
}
