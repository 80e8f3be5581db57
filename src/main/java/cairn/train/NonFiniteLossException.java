package cairn.train;

import java.util.Arrays;

/** A step's loss or gradient was not finite. The step was not made: the trainer stands where it stood before it. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long step;

    NonFiniteLossException(long step, String what, double value, double learningRate, int[] rows) {
        super("the " + what + " is " + value + " in the step after " + step + " updates, learning rate " + learningRate
                + ", training rows " + (rows.length <= 8 ? Arrays.toString(rows)
                        : Arrays.toString(Arrays.copyOf(rows, 8)).replace("]", ", ... " + rows.length + " in all]"))
                + ". The update was not made and the state is that of step " + step
                + ". Lower the learning rate, clip the gradient (clip: {kind: norm, norm: 1.0}) or look at these rows.");
        this.step = step;
    }

    /** Updates finished before the step that failed. */
    public long step() {
        return step;
    }
}
