package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.add;
import static cairn.tensor.op.Elementwise.erf;
import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.oneMinus;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.shift;
import static cairn.tensor.op.Elementwise.square;
import static cairn.tensor.op.Elementwise.tanh;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/**
 * y = x · Φ(x), with Φ the standard normal distribution function (Hendrycks and Gimpel, "Gaussian error linear units", 2016). ND4J's
 * own operations are not used: its GELU is x·σ(1.702x), and its PreciseGELU cubes 0.044715x instead of x.
 *
 * @param form exact, or the paper's approximation Φ(x) ≈ (1 + tanh(√(2/π)(x + 0.044715 x³))) / 2
 */
public record Gelu(Form form) implements Layer {
    private static final double CUBIC = 0.044715;
    private static final double SLOPE = Math.sqrt(2 / Math.PI);

    /** How Φ is computed. */
    public enum Form { EXACT, TANH }

    /** The exact form. */
    public static Gelu of() {
        return new Gelu(Form.EXACT);
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Array share = t.scratch(t.x().shape());
        switch (form) {
            case EXACT -> wireExact(t, share);
            case TANH -> wireTanh(t, share);
        }
    }

    /** dy/dx = Φ(x) + x·e^(-x²/2) / √(2π). */
    private static void wireExact(Wiring t, Array share) {
        t.forward(
                scale(t.x(), Math.sqrt(0.5), share), erf(share, share), shift(share, 1, share), scale(share, 0.5, share),
                multiply(t.x(), share, t.y()));
        t.backwardToInput(
                () -> square(t.x(), t.dx()),
                () -> scale(t.dx(), -0.5, t.dx()),
                () -> exp(t.dx(), t.dx()),
                () -> scale(t.dx(), 1 / Math.sqrt(2 * Math.PI), t.dx()),
                () -> multiply(t.dx(), t.x(), t.dx()),
                () -> add(t.dx(), share, t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()));
    }

    /** dy/dx = s + 2x·s(1 - s)·√(2/π)(1 + 3·0.044715x²) with s = (1 + tanh(...)) / 2, because tanh' = 1 - tanh² = 4s(1 - s). */
    private static void wireTanh(Wiring t, Array share) {
        t.forward(
                square(t.x(), share), scale(share, CUBIC * SLOPE, share), shift(share, SLOPE, share), multiply(share, t.x(), share),
                tanh(share, share), shift(share, 1, share), scale(share, 0.5, share),
                multiply(t.x(), share, t.y()));
        Array work = t.scratch(t.x().shape());
        t.backwardToInput(
                () -> square(t.x(), work),
                () -> scale(work, 6 * CUBIC * SLOPE, work),
                () -> shift(work, 2 * SLOPE, work),
                () -> oneMinus(share, t.dx()),
                () -> multiply(t.dx(), t.y(), t.dx()),
                () -> multiply(t.dx(), work, t.dx()),
                () -> add(t.dx(), share, t.dx()),
                () -> multiply(t.dx(), t.dy(), t.dx()));
    }
}
