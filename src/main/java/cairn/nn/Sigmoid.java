package cairn.nn;

import static cairn.tensor.Elementwise.multiply;
import static cairn.tensor.Elementwise.oneMinus;
import static cairn.tensor.Elementwise.sigmoid;

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
