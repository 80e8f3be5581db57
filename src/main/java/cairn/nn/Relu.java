package cairn.nn;

import static cairn.tensor.Elementwise.multiply;
import static cairn.tensor.Elementwise.relu;
import static cairn.tensor.Elementwise.step;

/** y = max(x, 0). */
public record Relu() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        t.forward(relu(t.x(), t.y()));
        t.backwardToInput(() -> step(t.x(), 0, t.dx()), () -> multiply(t.dx(), t.dy(), t.dx()));
    }
}
