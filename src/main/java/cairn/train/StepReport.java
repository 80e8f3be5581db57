package cairn.train;

import java.util.OptionalDouble;

/**
 * What one update was.
 *
 * @param step updates finished after it
 * @param loss the batch's loss before it
 * @param learningRate the rate that it was made with
 * @param gradientNorm the gradient's norm before clipping, where clipping computes it
 * @param rows rows of the batch
 */
public record StepReport(long step, double loss, double learningRate, OptionalDouble gradientNorm, int rows) {
}
