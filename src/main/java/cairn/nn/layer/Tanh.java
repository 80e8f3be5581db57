package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.oneMinus;
import static cairn.tensor.op.Elementwise.square;
import static cairn.tensor.op.Elementwise.tanh;

import cairn.nn.Layer;
import cairn.nn.Wiring;

/** y = tanh x. */
public record Tanh() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        t.forward(tanh(t.x(), t.y()));
        t.backwardToInput(
                () -> square(t.y(), t.dx()),
                () -> oneMinus(t.dx(), t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()));
    }
}
