package cairn.nn.loss;

import static cairn.tensor.op.Elementwise.exp;
import static cairn.tensor.op.Elementwise.log;
import static cairn.tensor.op.Elementwise.scale;
import static cairn.tensor.op.Elementwise.subtract;
import static cairn.tensor.op.Elementwise.weighted;
import static cairn.tensor.op.Rows.maxOverColumns;
import static cairn.tensor.op.Rows.multiplyPerRow;
import static cairn.tensor.op.Rows.subtractPerRow;
import static cairn.tensor.op.Rows.sumOverColumns;

import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.tensor.Array;
import java.util.List;

/**
 * Softmax cross-entropy on integer labels: for a row of logits x and its target t, the loss is -Σ t·log softmax(x), with
 * log softmax(x) = (x - max x) - ln Σ e^(x - max x). A class without weight in the target adds nothing, however far its logit is below the
 * largest: also if the difference is no float any more, and if the logit is minus infinity.
 *
 * <p>The target of label k of K classes is w_c·((1 - s)·[c = k] + s/K), with s the label smoothing (Szegedy et al., "Rethinking
 * the Inception architecture", CVPR 2016, section 7) and w the class weights. The batch's value is divided by Σ w of its labels,
 * as PyTorch's {@code cross_entropy} does.
 *
 * @param labelSmoothing s, from 0 (none) to below 1
 * @param classWeights w, one for each class; empty for equal weights
 */
public record SoftmaxCrossEntropy(double labelSmoothing, List<Double> classWeights) implements Loss {

    public SoftmaxCrossEntropy {
        classWeights = List.copyOf(classWeights);
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label-smoothing: expected 0 or more and below 1, found " + labelSmoothing);
        }
        for (double w : classWeights) {
            if (!(w >= 0 && w < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("class-weights: expected numbers of 0 or more, found " + w);
            }
        }
    }

    /** Without smoothing and weights. */
    public static SoftmaxCrossEntropy of() {
        return new SoftmaxCrossEntropy(0, List.of());
    }

    @Override
    public void target(int label, int classes, double[] into, int at) {
        for (int c = 0; c < classes; c++) {
            double t = (c == label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
            into[at + c] = weight(c) * t;
        }
    }

    @Override
    public double weight(int label) {
        return classWeights.isEmpty() ? 1 : classWeights.get(label);
    }

    /** The softmax or the sigmoid is a part of this loss. */
    @Override
    public boolean takesLogits() {
        return true;
    }

    /** softmax(x). */
    @Override
    public double[] probabilities(float[] outputs) {
        double max = Double.NEGATIVE_INFINITY;
        for (float x : outputs) {
            max = Math.max(max, x);
        }
        double[] p = new double[outputs.length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = StrictMath.exp(outputs[c] - max);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    @Override
    public void check(long outputs, int classes) {
        if (classes == 0) {
            throw new IllegalArgumentException("softmax-cross-entropy needs classes; this data set has real targets (classes are a column of"
                    + " labels, or labels that are whole numbers)");
        }
        Loss.super.check(outputs, classes);
        if (!classWeights.isEmpty() && classWeights.size() != classes) {
            throw new IllegalArgumentException("class-weights: expected " + classes + " numbers, one for each class, found "
                    + classWeights.size());
        }
    }

    @Override
    public void wire(LossWiring t) {
        Array x = t.x();
        Array row = t.scratch(x.size(0), 1);
        Array shifted = t.scratch(x.shape());
        Array p = t.scratch(x.shape());
        Array work = t.scratch(x.shape());
        Array total = t.scratch(x.size(0), 1);
        t.forward(
                maxOverColumns(x, row), subtractPerRow(x, row, shifted),
                exp(shifted, p), sumOverColumns(p, total),
                log(total, row), subtractPerRow(shifted, row, shifted),
                weighted(t.target(), shifted, work), sumOverColumns(work, t.rowLoss()), scale(t.rowLoss(), -1, t.rowLoss()));
        // d/dx of -Σ t·log softmax(x) is softmax(x)·Σt - t.
        t.backward(
                () -> exp(shifted, p),
                () -> sumOverColumns(t.target(), row),
                () -> multiplyPerRow(p, row, p),
                () -> subtract(p, t.target(), t.dx()));
    }
}
