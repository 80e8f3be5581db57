package cairn.train;

import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The numbers of one step.
 *
 * @param step finished updates, including this one
 * @param loss the mean loss of the batch's rows before the update
 * @param weight the sum of the weights of these rows, by which their losses were divided; their number if all weights are 1
 * @param right how many answers of the model for the batch were right before the update, in the forward pass of the training, so with active
 *     dropout
 * @param answers how many there were: one for a row with a class, one for each label of a row with labels that do not exclude each other,
 *     none for real targets and for a batch that was skipped
 * @param learningRate the learning rate of the update
 * @param gradientNorm the norm of the gradient before clipping, if clipping computes it
 * @param transientFault a fault that did not come again when the step was computed again, if there was one
 * @param action what the recovery rule did instead of the update, if there was a fault
 */
public record StepReport(long step, double loss, double weight, int right, int answers, double learningRate, OptionalDouble gradientNorm, Optional<Fault> transientFault,
        Optional<RecoveryAction> action) {

    /** The share of right answers; empty if there are none. */
    public OptionalDouble accuracy() {
        return answers == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) right / answers);
    }
}
