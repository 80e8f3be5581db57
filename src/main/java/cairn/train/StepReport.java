package cairn.train;

import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one step was.
 *
 * @param step updates finished after it
 * @param loss the batch's loss before it
 * @param learningRate the rate that it was made with
 * @param gradientNorm the gradient's norm before clipping, where clipping or a recovery rule computes it
 * @param rows rows of the batch
 * @param passing a fault that was gone when the step was computed once more
 * @param intervention what the recipe's recovery rule did in place of the update, which was not made
 */
public record StepReport(long step, double loss, double learningRate, OptionalDouble gradientNorm, int rows, Optional<Fault> passing,
        Optional<RecoveryAction> intervention) {
}
