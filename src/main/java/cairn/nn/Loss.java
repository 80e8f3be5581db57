package cairn.nn;

/**
 * A loss: for every row one number and its gradient. The value of a batch is Σ row losses / Σ row weights, the mean over the
 * rows where no row weighs more than another; the division, and that of the gradient, is the network's.
 */
public interface Loss {

    /**
     * Writes the target of a row whose label is {@code label} of {@code classes}; one-hot unless a loss wants another.
     *
     * @param into filled from {@code at} on; those {@code classes} places hold zeros
     */
    default void target(int label, int classes, float[] into, int at) {
        into[at + label] = 1;
    }

    /** How much a row of this label counts in the mean's denominator. */
    default double weight(int label) {
        return 1;
    }

    /** Checks that the loss can be taken for rows of {@code outputs} predictions and, if any, {@code classes} classes. */
    default void check(long outputs, int classes) {
        if (classes > 0 && outputs != classes) {
            throw new IllegalArgumentException("the model gives " + outputs + " outputs for " + classes + " classes");
        }
    }

    /**
     * What a row of outputs says of the classes: probabilities where the loss takes logits, otherwise the outputs themselves.
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
