package cairn.train.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.data.Batch;
import cairn.data.Labels;
import cairn.metrics.Evaluator;
import cairn.metrics.MultiLabelEvaluator;
import cairn.nn.Loss;
import cairn.state.Ephemeral;

/**
 * Counts how many answers of a model are right while it is trained, by the rules of an evaluation. For classes, a row has one answer: the
 * class with the highest output. For labels that do not exclude each other it has one for each label. Real targets have none.
 *
 * <p>On a GPU the outputs of several steps are read together, later than their batches are made. So the labels of a batch are kept in the
 * slot of its step.
 */
public final class RightAnswers {
    private final int width;
    private final boolean areClasses;
    private final boolean isAny;
    private final int rows;
    @Ephemeral(value = "the labels of the batches of a group of steps, kept before they are read", kind = SCRATCH)
    private final int[] classes;
    @Ephemeral(value = "as above", kind = SCRATCH)
    private final float[] targets;

    /**
     * @param rows the rows of the largest batch
     * @param slots how many batches are kept at once
     */
    public RightAnswers(Loss loss, Labels labels, int rows, int slots) {
        this.width = labels.width();
        this.areClasses = labels instanceof Labels.Classes;
        this.isAny = areClasses || loss.takesLogits();
        this.rows = rows;
        this.classes = new int[areClasses ? Math.multiplyExact(slots, rows) : 0];
        this.targets = new float[isAny && !areClasses ? Math.multiplyExact(slots, rows * width) : 0];
    }

    /** The numbers that the model gives for a row, if they are answers; otherwise 0. */
    int width() {
        return isAny ? width : 0;
    }

    boolean areClasses() {
        return areClasses;
    }

    /** The answers of a row. */
    public int perRow() {
        return areClasses ? 1 : width();
    }

    /** The answers of a row with such labels, of a model with this loss. */
    public static int perRow(Loss loss, Labels labels) {
        return new RightAnswers(loss, labels, 0, 0).perRow();
    }

    /** Keeps the labels of {@code batch} in {@code slot}. */
    public void keep(Batch batch, int slot) {
        if (areClasses) {
            System.arraycopy(batch.labels(), 0, classes, slot * rows, batch.size());
        } else if (isAny) {
            System.arraycopy(batch.targets(), 0, targets, slot * rows * width, batch.size() * width);
        }
    }

    /** The right ones among the answers for {@code count} rows of the batch in {@code slot}, beginning at row {@code from}. */
    int right(float[] outputs, int slot, int from, int count) {
        int right = 0;
        if (areClasses) {
            for (int i = 0; i < count; i++) {
                right += Evaluator.prediction(outputs, i * width, width) == classes[slot * rows + from + i] ? 1 : 0;
            }
        } else if (isAny) {
            int first = (slot * rows + from) * width;
            for (int i = 0; i < count * width; i++) {
                right += MultiLabelEvaluator.isRight(outputs[i], targets[first + i]) ? 1 : 0;
            }
        }
        return right;
    }

    /** As {@link #right}, of classes that were predicted already. */
    int rightOfPredicted(double[] predicted, int at, int slot, int count) {
        int right = 0;
        for (int i = 0; i < count; i++) {
            right += predicted[at + i] == classes[slot * rows + i] ? 1 : 0;
        }
        return right;
    }
}
