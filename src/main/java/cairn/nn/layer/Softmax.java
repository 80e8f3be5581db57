package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.reciprocal;
import static cairn.tensor.op.Rows.asRows;
import static cairn.tensor.op.Rows.maxOfColumns;
import static cairn.tensor.op.Rows.multiplyColumns;
import static cairn.tensor.op.Rows.subtractFromColumns;
import static cairn.tensor.op.Rows.sumOfColumns;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/**
 * y = e^x / Σ e^x over the last dimension. To train a classifier leave it out: {@link cairn.nn.loss.SoftmaxCrossEntropy} takes the logits.
 */
public record Softmax() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Array row = t.scratch(asRows(t.x()).size(0), 1);
        t.forward(
                maxOfColumns(t.x(), row), subtractFromColumns(t.x(), row, t.y()), exp(t.y(), t.y()),
                sumOfColumns(t.y(), row), reciprocal(1, row, row), multiplyColumns(t.y(), row, t.y()));
        // y·(dy - Σ dy·y)
        t.backwardToInput(
                () -> multiply(t.dy(), t.y(), t.dx()),
                () -> sumOfColumns(t.dx(), row),
                () -> subtractFromColumns(t.dy(), row, t.dx()),
                () -> multiply(t.dx(), t.y(), t.dx()));
    }
}
