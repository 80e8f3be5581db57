package cairn.recovery;

/** A step's loss or gradient was not finite. The step was not made: the trainer stands where it stood before it. */
public final class NonFiniteLossException extends TrainingFaultException {
    private static final long serialVersionUID = 1L;

    NonFiniteLossException(Fault fault, String tried) {
        super(fault, tried, "Lower the learning rate, clip the gradient (clip: {kind: norm, norm: 1.0}) or look at these rows"
                + (tried.isEmpty() ? "; a recipe with recovery: {} would skip the batch." : "."));
    }
}
