package cairn.train;

import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The numbers of one step.
 *
 * @param step finished updates, including this one
 * @param loss the loss of the batch before the update
 * @param learningRate the learning rate of the update
 * @param gradientNorm the norm of the gradient before clipping, if clipping computes it
 * @param transientFault a fault that did not come again when the step was computed again, if there was one
 * @param action what the recovery rule did instead of the update, if there was a fault
 */
public record StepReport(long step, double loss, double learningRate, OptionalDouble gradientNorm, Optional<Fault> transientFault,
        Optional<RecoveryAction> action) {
}
