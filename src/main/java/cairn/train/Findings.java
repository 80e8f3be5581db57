package cairn.train;

import cairn.nn.Wired;
import cairn.tensor.Array;
import cairn.tensor.Backend;

/** What there is to find out about a batch: the sum of its losses, and whether its gradient is finite. */
interface Findings {

    /** Of batches whose gradients appear in {@code gradient}; looked at at once on the processor, and only when asked on a card. */
    static Findings of(Array gradient) {
        return Backend.isApart() ? new LaidDown(gradient) : new Seen(gradient);
    }

    /** A batch begins. */
    void begin();

    /** A part of it has passed forward. */
    void add(Wired part);

    /** Its gradient is there. */
    void end();

    /** Σ row losses. */
    double lossSum();

    /** Whether every number of the gradient is finite; false also where that is not certain. */
    boolean isFinite();

    /** Σ g², which is not finite if a g is not (and if it overflows). */
    double squares();
}
