package cairn.nn;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.ArrayList;
import java.util.List;

/** The arrays of a loss, and the lists to which it adds its operations. */
public final class LossWiring {
    private final Edge prediction;
    private final Array target;
    private final Array rowLoss;
    private final boolean training;
    private final List<Operation> forward = new ArrayList<>();
    private final List<Operation> backward = new ArrayList<>();
    private boolean asksForRowLoss;
    private boolean asksForDx;

    LossWiring(Edge prediction, Array target, Array rowLoss, boolean training) {
        this.prediction = prediction;
        this.target = target;
        this.rowLoss = rowLoss;
        this.training = training;
    }

    /** The model's output [batch, outputs]; the numbers of an image are one row. */
    public Array x() {
        return rows(prediction.value());
    }

    /** The gradient of Σ row losses with respect to the model's output, to be written. */
    public Array dx() {
        asksForDx = true;
        return rows(prediction.gradient());
    }

    /** The targets [batch, outputs]. */
    public Array target() {
        return rows(target);
    }

    /** The loss of each row [batch, 1], to be written. */
    public Array rowLoss() {
        asksForRowLoss = true;
        return rowLoss;
    }

    /** An array for intermediate results, which keeps its content from the forward to the backward pass. */
    public Array scratch(long... shape) {
        return Array.zeros(target.type(), shape);
    }

    public void forward(Operation... operations) {
        forward.addAll(List.of(operations));
    }

    public void backward(Wiring.Prepared... operations) {
        if (training) {
            for (Wiring.Prepared p : operations) {
                backward.add(p.prepare());
            }
        }
    }

    /**
     * Refuses a loss that leaves out what a training needs.
     *
     * @throws IllegalArgumentException naming its class
     */
    void check(Loss loss) {
        String what = "the loss " + loss.getClass().getName();
        if (!asksForRowLoss || forward.isEmpty()) {
            throw new IllegalArgumentException(what + " lists no operation of the forward pass that writes rowLoss(). Its method wire must"
                    + " list one");
        } else if (training && (!asksForDx || backward.isEmpty())) {
            throw new IllegalArgumentException(what + " lists no operation of the backward pass that writes dx(), so that no layer would"
                    + " learn. Its method wire must list one");
        }
    }

    Operation forward() {
        return Operation.sequence(forward);
    }

    Operation backward() {
        return Operation.sequence(backward);
    }

    private static Array rows(Array a) {
        return a.rank() == 2 ? a : a.reshape(a.size(0), a.size() / a.size(0));
    }
}
