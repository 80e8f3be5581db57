package cairn.nn.loss;

import static cairn.tensor.op.Elementwise.abs;
import static cairn.tensor.op.Elementwise.add;
import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.log1p;
import static cairn.tensor.op.Elementwise.multiply;
import static cairn.tensor.op.Elementwise.relu;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.sigmoid;
import static cairn.tensor.op.Elementwise.subtract;
import static cairn.tensor.op.Rows.meanOverColumns;

import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.tensor.Array;

/**
 * Binary cross-entropy on logits: the loss of a row is the mean over its outputs of -t·ln σ(x) - (1 - t)·ln(1 - σ(x)), with t from
 * 0 to 1, computed as max(x, 0) - x·t + ln(1 + e^-|x|), which is finite for any finite logits.
 */
public record SigmoidCrossEntropy() implements Loss {

    /** The softmax or the sigmoid is a part of this loss. */
    @Override
    public boolean takesLogits() {
        return true;
    }

    @Override
    public void checkTarget(double target) {
        if (!(target >= 0 && target <= 1)) {
            throw new IllegalArgumentException("sigmoid-cross-entropy takes targets from 0 to 1, found " + target);
        }
    }

    /** σ(x) of each output, because the classes do not exclude each other. */
    @Override
    public double[] probabilities(float[] outputs) {
        double[] p = new double[outputs.length];
        for (int c = 0; c < p.length; c++) {
            p[c] = 1 / (1 + StrictMath.exp(-outputs[c]));
        }
        return p;
    }

    @Override
    public void wire(LossWiring t) {
        Array x = t.x();
        Array tail = t.scratch(x.shape());
        Array work = t.scratch(x.shape());
        t.forward(
                abs(x, tail), scale(tail, -1, tail), exp(tail, tail), log1p(tail, tail),
                relu(x, work), add(work, tail, work), multiply(x, t.target(), tail), subtract(work, tail, work),
                meanOverColumns(work, t.rowLoss()));
        t.backward(
                () -> sigmoid(x, t.dx()),
                () -> subtract(t.dx(), t.target(), t.dx()),
                () -> scale(t.dx(), 1.0 / x.size(1), t.dx()));
    }
}
