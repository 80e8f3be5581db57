package cairn.nn.loss;

import static cairn.tensor.op.Elementwise.axpy;
import static cairn.tensor.op.Elementwise.clip;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.subtract;
import static cairn.tensor.op.Rows.meanOverColumns;

import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.tensor.Array;

/**
 * The loss of a row is the mean over its outputs of d²/2 where |d| is at most δ, else δ·(|d| - δ/2), with d = x - t (Huber, 1964).
 * In one formula c·(d - c/2), with c the d clipped to [-δ, δ], which is the gradient as well.
 */
public record Huber(double delta) implements Loss {

    public Huber {
        if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("delta: expected a finite number above 0, found " + delta);
        }
    }

    /** δ = 1. */
    public static Huber of() {
        return new Huber(1);
    }

    @Override
    public void wire(LossWiring t) {
        Array d = t.scratch(t.x().shape());
        Array c = t.scratch(t.x().shape());
        t.forward(subtract(t.x(), t.target(), d), clip(d, -delta, delta, c),
                axpy(-0.5, c, d, d), multiply(c, d, d), meanOverColumns(d, t.rowLoss()));
        t.backward(() -> scale(c, 1.0 / c.size(1), t.dx()));
    }
}
