package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.reciprocal;
import static cairn.tensor.op.Rows.asRows;
import static cairn.tensor.op.Rows.maxOverColumns;
import static cairn.tensor.op.Rows.multiplyPerRow;
import static cairn.tensor.op.Rows.subtractPerRow;
import static cairn.tensor.op.Rows.sumOverColumns;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;

/**
 * y = e^x / Σ e^x over the last dimension. For training a classifier leave it out, because softmax cross-entropy takes the logits.
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
                maxOverColumns(t.x(), row), subtractPerRow(t.x(), row, t.y()), exp(t.y(), t.y()),
                sumOverColumns(t.y(), row), reciprocal(1, row, row), multiplyPerRow(t.y(), row, t.y()));
        // y·(dy - Σ dy·y)
        t.backwardToInput(
                () -> multiply(t.dy(), t.y(), t.dx()),
                () -> sumOverColumns(t.dx(), row),
                () -> subtractPerRow(t.dy(), row, t.dx()),
                () -> multiply(t.dx(), t.y(), t.dx()));
    }
}
