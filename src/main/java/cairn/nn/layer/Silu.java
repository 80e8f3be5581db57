package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.add;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.oneMinus;
import static cairn.tensor.op.Elementwise.sigmoid;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/** y = x · σ(x), with σ(x) = 1 / (1 + e^-x) (Elfwing, Uchibe and Doya, 2018; also named swish). */
public record Silu() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Array s = t.scratch(t.x().shape());
        t.forward(sigmoid(t.x(), s), multiply(t.x(), s, t.y()));
        t.backwardToInput(
                // σ + xσ(1 - σ)
                () -> oneMinus(s, t.dx()),
                () -> multiply(t.dx(), t.y(), t.dx()),
                () -> add(t.dx(), s, t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()));
    }
}
