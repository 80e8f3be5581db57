package cairn.nn;

/**
 * A loss: one number for every row, and its gradient. The value of a batch is Σ row losses / Σ row weights, which is the mean over the rows
 * if all weights are equal. The network does this division, and that of the gradient.
 */
public interface Loss {

    /**
     * Writes the target of a row with label {@code label} of {@code classes} classes; one-hot unless the loss needs another one. It is
     * rounded to the type of the model's numbers.
     *
     * @param into filled from {@code at} on; those {@code classes} places hold zeros
     */
    default void target(int label, int classes, double[] into, int at) {
        into[at + label] = 1;
    }

    /** The weight of a row with this label in the denominator of the mean. */
    default double weight(int label) {
        return 1;
    }

    /** Checks that the loss fits {@code outputs} outputs per row and {@code classes} classes; 0 classes means real targets. */
    default void check(long outputs, int classes) {
        if (classes > 0 && outputs != classes) {
            throw new IllegalArgumentException("the model gives " + outputs + " outputs for " + classes + " classes");
        }
    }

    /**
     * Checks a real target.
     *
     * @throws IllegalArgumentException if the loss is not defined for it; the message says which targets it takes
     */
    default void checkTarget(double target) {
        if (!Double.isFinite(target)) {
            throw new IllegalArgumentException("a target is a finite number, found " + target);
        }
    }

    /**
     * Whether the outputs of the model are logits, which the loss turns into probabilities itself. With real targets, each output is then the
     * logit of a label that a row may have beside others.
     */
    default boolean takesLogits() {
        return false;
    }

    /**
     * The scores of the classes or labels for a row of outputs: probabilities if the loss takes logits, otherwise the outputs themselves.
     */
    default double[] probabilities(float[] outputs) {
        double[] scores = new double[outputs.length];
        for (int c = 0; c < scores.length; c++) {
            scores[c] = outputs[c];
        }
        return scores;
    }

    /** Lists the operations that write the row losses and, in training, the gradient of their sum. */
    void wire(LossWiring t);
}
