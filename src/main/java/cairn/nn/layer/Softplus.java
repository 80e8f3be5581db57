package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.abs;
import static cairn.tensor.op.Elementwise.add;
import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.log1p;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.relu;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.sigmoid;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/** y = ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which does not overflow for large x and does not round to 0 too early for small x. */
public record Softplus() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Array tail = t.scratch(t.x().shape());
        t.forward(
                abs(t.x(), tail), scale(tail, -1, tail), exp(tail, tail), log1p(tail, tail),
                relu(t.x(), t.y()), add(t.y(), tail, t.y()));
        t.backwardToInput(() -> sigmoid(t.x(), t.dx()), () -> multiply(t.dx(), t.dy(), t.dx()));
    }
}
