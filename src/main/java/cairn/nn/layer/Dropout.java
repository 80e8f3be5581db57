package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.multiply;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;
import cairn.tensor.op.DropoutMask;

/**
 * y = x · mask / (1 - rate), with each element of the mask 0 with probability {@code rate}, else 1 (Srivastava et al., "Dropout",
 * JMLR 2014); in an evaluation y = x. The mask is a pure function of the step's key and the layer's path.
 */
public record Dropout(double rate) implements Layer {

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("rate: expected 0 or more and below 1, found " + rate);
        }
    }

    public static Dropout of(double rate) {
        return new Dropout(rate);
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        if (!t.training() || rate == 0) {
            t.passThrough();
            return;
        }
        Array mask = t.scratch(t.x().shape());
        t.forward(DropoutMask.mask(1 - rate, t.path(), mask), multiply(t.x(), mask, t.y()));
        t.backwardToInput(() -> multiply(t.dy(), mask, t.dx()));
    }
}
