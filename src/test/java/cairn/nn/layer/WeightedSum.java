package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.copy;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Rows.sumOverColumns;

import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.tensor.Array;

/** The loss Σ target · output. Its gradient with respect to the output is the target, so the target becomes dy. */
record WeightedSum() implements Loss {
    @Override
    public void wire(LossWiring t) {
        Array work = t.scratch(t.x().shape());
        t.forward(multiply(t.x(), t.target(), work), sumOverColumns(work, t.rowLoss()));
        t.backward(() -> copy(t.target(), t.dx()));
    }
}
