package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;

/** θ = θ - rate · direction: the last operation of every rule. */
final class Descent {
    private final ScalarOperation add;

    private Descent(ScalarOperation add) {
        this.add = add;
    }

    static Descent along(Array direction, Array theta) {
        return new Descent(Updates.addScaled(direction, theta));
    }

    /** A rate of 0 changes nothing. Without the check it would change -0.0, and weights with an infinite direction. */
    void by(double rate) {
        if (rate != 0) {
            add.run(-rate);
        }
    }
}
