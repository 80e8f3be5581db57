package cairn.nn;

import static cairn.tensor.Elementwise.scale;
import static cairn.tensor.Elementwise.square;
import static cairn.tensor.Elementwise.subtract;
import static cairn.tensor.Rows.meanOfColumns;

import cairn.tensor.Array;

/** The loss of a row is the mean over its outputs of (x - t)². */
public record MeanSquaredError() implements Loss {

    @Override
    public void wire(LossWiring t) {
        Array d = t.scratch(t.x().shape());
        Array work = t.scratch(t.x().shape());
        t.forward(subtract(t.x(), t.target(), d), square(d, work), meanOfColumns(work, t.rowLoss()));
        t.backward(() -> scale(d, 2.0 / d.size(1), t.dx()));
    }
}
