package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;

/** θ = θ - rate · direction: how every rule ends. */
final class Descent {
    private final ScalarOperation add;

    private Descent(ScalarOperation add) {
        this.add = add;
    }

    static Descent along(Array direction, Array theta) {
        return new Descent(Updates.addScaled(direction, theta));
    }

    /** A rate of 0 touches nothing: added to -0.0, or times an infinite direction, it would. */
    void by(double rate) {
        if (rate != 0) {
            add.run(-rate);
        }
    }
}
