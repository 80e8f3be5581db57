package cairn.train;

import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The numbers of one step.
 *
 * @param step updates finished after it
 * @param loss the batch's loss before it
 * @param learningRate the rate that it was made with
 * @param gradientNorm the gradient's norm before clipping, where clipping or a recovery rule computes it
 * @param rows rows of the batch
 * @param passing a fault that did not come again when the step was computed once more
 * @param action what the recipe's recovery rule did instead of the update, which was not made
 */
public record StepReport(long step, double loss, double learningRate, OptionalDouble gradientNorm, int rows, Optional<Fault> passing,
        Optional<RecoveryAction> action) {
}
