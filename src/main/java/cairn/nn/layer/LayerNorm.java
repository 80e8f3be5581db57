package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.reciprocal;
import static cairn.tensor.op.Elementwise.shift;
import static cairn.tensor.op.Elementwise.sqrt;
import static cairn.tensor.op.Elementwise.square;
import static cairn.tensor.op.Elementwise.subtract;
import static cairn.tensor.op.Rows.addPerColumn;
import static cairn.tensor.op.Rows.asRows;
import static cairn.tensor.op.Rows.meanOverColumns;
import static cairn.tensor.op.Rows.multiplyPerColumn;
import static cairn.tensor.op.Rows.multiplyPerRow;
import static cairn.tensor.op.Rows.subtractPerRow;
import static cairn.tensor.op.Rows.sumOverRows;

import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import cairn.tensor.Array;
import cairn.tensor.op.LargeDeviations;
import java.util.List;

/**
 * y = γ · (x - mean) / √(variance + ε) + β, with mean and (biased) variance over the last dimension, each row by itself (Ba,
 * Kiros and Hinton, "Layer normalization", 2016). γ and β have the size of that dimension. ND4J's own layer_norm has no ε and
 * turns NaN into 0.
 */
public record LayerNorm(double epsilon) implements Layer {

    public LayerNorm {
        BatchNorm.requirePositive(epsilon);
    }

    /** ε = 1e-5. */
    public static LayerNorm of() {
        return new LayerNorm(1e-5);
    }

    @Override
    public List<Parameter> parameters(long[] in) {
        long size = in[in.length - 1];
        return List.of(Parameter.offset("gamma", 1, size), Parameter.offset("beta", 0, size));
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Array row = t.scratch(asRows(t.x()).size(0), 1);
        Array perDeviation = t.scratch(row.shape());
        Array normal = t.scratch(t.x().shape());
        Array work = t.scratch(t.x().shape());
        t.forward(
                meanOverColumns(t.x(), row), subtractPerRow(t.x(), row, normal),
                square(normal, work), meanOverColumns(work, row),
                shift(row, epsilon, row), sqrt(row, row), reciprocal(1, row, perDeviation),
                multiplyPerRow(normal, perDeviation, normal), LargeDeviations.ofRows(t.x(), epsilon, row, perDeviation, normal),
                multiplyPerColumn(normal, t.w("gamma"), t.y()), addPerColumn(t.y(), t.w("beta")));
        t.backwardToWeights(() -> sumOverRows(t.dy(), t.dw("beta")));
        t.backward(() -> multiply(t.dy(), normal, work));
        t.backwardToWeights(() -> sumOverRows(work, t.dw("gamma")));
        // (g - mean(g) - normal·mean(g·normal)) / deviation, with g = γ·dy.
        t.backwardToInput(
                () -> multiplyPerColumn(work, t.w("gamma"), work),
                () -> meanOverColumns(work, row),
                () -> multiplyPerRow(normal, row, work),
                () -> multiplyPerColumn(t.dy(), t.w("gamma"), t.dx()),
                () -> meanOverColumns(t.dx(), row),
                () -> subtractPerRow(t.dx(), row, t.dx()),
                () -> subtract(t.dx(), work, t.dx()),
                () -> multiplyPerRow(t.dx(), perDeviation, t.dx()));
    }
}
