package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.axpy;
import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.expm1OfNegative;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.relu;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.step;
import static cairn.tensor.op.Elementwise.subtract;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/** y = x where x &gt; 0, else α(e^x - 1) (Clevert, Unterthiner and Hochreiter, ICLR 2016). */
public record Elu(double alpha) implements Layer {

    public Elu {
        if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("alpha: expected a finite number of 0 or more, found " + alpha);
        }
    }

    /** α = 1. */
    public static Elu of() {
        return new Elu(1);
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Array below = t.scratch(t.x().shape());
        Array curve = t.scratch(t.x().shape());
        t.forward(
                scale(t.x(), -1, below), relu(below, below), scale(below, -1, below), exp(below, curve), expm1OfNegative(below, below),
                relu(t.x(), t.y()), axpy(alpha, below, t.y(), t.y()));
        // dy where x > 0, by the first two operations; α·e^x·dy elsewhere.
        t.backwardToInput(
                () -> step(t.x(), 0, t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()),
                () -> subtract(t.dy(), t.dx(), below),
                () -> multiply(below, curve, below),
                () -> axpy(alpha, below, t.dx(), t.dx()));
    }
}
