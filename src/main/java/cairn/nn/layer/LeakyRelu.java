package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.axpy;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.relu;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.step;
import static cairn.tensor.op.Elementwise.subtract;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/** y = x where x &gt; 0, else slope · x. */
public record LeakyRelu(double slope) implements Layer {

    public LeakyRelu {
        if (!(Math.abs(slope) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("slope: expected a finite number, found " + slope);
        }
    }

    /** PyTorch's default, slope 0.01. */
    public static LeakyRelu of() {
        return new LeakyRelu(0.01);
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        // In two parts, so that positive values are passed on without rounding.
        Array part = t.scratch(t.x().shape());
        t.forward(scale(t.x(), -1, part), relu(part, part), relu(t.x(), t.y()), axpy(-slope, part, t.y(), t.y()));
        t.backwardToInput(
                () -> step(t.x(), 0, t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()),
                () -> subtract(t.dy(), t.dx(), part),
                () -> axpy(slope, part, t.dx(), t.dx()));
    }
}
