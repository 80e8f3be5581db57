package cairn.recovery;

/**
 * The update of a step was not made because of a {@link Fault}, and no recovery rule helps. The trainer has the state that it had before
 * the step.
 */
public final class TrainingFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    /** @param tried what a recovery rule has done about earlier faults, as a sentence that ends with a space; empty without a rule */
    public TrainingFaultException(Fault fault, String tried) {
        super(fault + ". The update was not made and the state is that of step " + fault.step() + ". " + tried + advice(fault.kind(), tried.isEmpty()));
        this.fault = fault;
    }

    private static String advice(Fault.Kind kind, boolean hasNoRule) {
        if (kind == Fault.Kind.SPIKE) {
            return "Lower the learning rate, clip the gradient, or look at these rows; if such losses are normal here, raise"
                    + " recovery.spike.threshold.";
        }
        return "Lower the learning rate, clip the gradient (clip: {kind: norm, norm: 1.0}) or look at these rows"
                + (hasNoRule ? "; a recipe with recovery: {} would skip the batch." : ".");
    }

    public Fault fault() {
        return fault;
    }

    /** Updates finished before the step that failed. */
    public long step() {
        return fault.step();
    }
}
