package cairn.nn.loss;

import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.square;
import static cairn.tensor.op.Elementwise.subtract;
import static cairn.tensor.op.Rows.meanOverColumns;

import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.tensor.Array;

/** The loss of a row is the mean over its outputs of (x - t)². */
public record MeanSquaredError() implements Loss {

    @Override
    public void wire(LossWiring t) {
        Array d = t.scratch(t.x().shape());
        Array work = t.scratch(t.x().shape());
        t.forward(subtract(t.x(), t.target(), d), square(d, work), meanOverColumns(work, t.rowLoss()));
        t.backward(() -> scale(d, 2.0 / d.size(1), t.dx()));
    }
}
