package cairn.nn;

import static cairn.tensor.Elementwise.multiply;
import static cairn.tensor.Elementwise.oneMinus;
import static cairn.tensor.Elementwise.square;
import static cairn.tensor.Elementwise.tanh;

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
