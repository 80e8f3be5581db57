package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.oneMinus;
import static cairn.tensor.op.Elementwise.sigmoid;

import cairn.nn.Layer;
import cairn.nn.Wiring;

/** y = 1 / (1 + e^-x). */
public record Sigmoid() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        t.forward(sigmoid(t.x(), t.y()));
        t.backwardToInput(
                () -> oneMinus(t.y(), t.dx()),
                () -> multiply(t.dx(), t.y(), t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()));
    }
}
