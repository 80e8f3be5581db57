package cairn.train;

import cairn.checkpoint.CheckpointInfo;
import java.util.List;

/**
 * What happens in a training, as immutable facts. In this order:
 *
 * <pre>
 *     Started
 *     while not stopped:
 *         Stepped                      one update was made
 *         Evaluated                    if the recipe's cadence asked for it
 *         Saved, Pruned                if the save rule asked for it; at step 0 and at the end in any case
 *     Stopped
 * </pre>
 *
 * Observers get these and no handle on the trainer, so they cannot matter: the state is the same with none and with all.
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

    /** The model was evaluated as the recipe asks. */
    record Evaluated(Position position, String rows, Evaluation result, boolean isBest) implements Event {
    }

    /** A checkpoint is durable. */
    record Saved(Position position, CheckpointInfo checkpoint, long nanos) implements Event {
    }

    /** Checkpoints were deleted after a newer one had become durable. */
    record Pruned(Position position, List<CheckpointInfo> dropped) implements Event {
    }

    /** The loop has ended, and why. */
    record Stopped(Position position, String reason) implements Event {
    }
}
