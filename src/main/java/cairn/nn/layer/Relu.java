package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.relu;
import static cairn.tensor.op.Elementwise.reluGradient;

import cairn.nn.Layer;
import cairn.nn.Wiring;

/** y = max(x, 0). */
public record Relu() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        t.forward(relu(t.x(), t.y()));
        t.backwardToInput(() -> reluGradient(t.x(), t.dy(), t.dx()));
    }
}
