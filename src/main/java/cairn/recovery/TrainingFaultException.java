package cairn.recovery;

/**
 * The update of a step was not made because of a {@link Fault}, and no recovery rule allows to go on. The trainer has the state before the
 * step.
 */
public final class TrainingFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    /** @param actions a sentence about earlier recovery actions, with a space at its end; empty without a recovery rule */
    public TrainingFaultException(Fault fault, String actions) {
        super(fault + ". The update was not made, and the state is that of step " + fault.step() + ". " + actions
                + advice(fault, actions.isEmpty()));
        this.fault = fault;
    }

    private static String advice(Fault fault, boolean hasNoRule) {
        Fault.Kind kind = fault.kind();
        if (kind == Fault.Kind.SPIKE) {
            return "Lower the learning rate, clip the gradient, or look at these rows; if such losses are normal here, raise"
                    + " recovery.spike.threshold.";
        }
        if (kind == Fault.Kind.NON_FINITE_STATE) {
            return "No training can go on from this state: go back to an earlier one, or begin a branch at it.";
        }
        if (kind == Fault.Kind.NON_FINITE_MEAN) {
            return "Give their classes a weight above 0 (loss.class-weights), leave these rows out of the data, or make batches larger"
                    + (hasNoRule ? "; a recipe with recovery: {} would skip the batch." : ".");
        }
        String text = fault.toString();
        if (text.contains("/running-") || text.contains("features of the batch")) {
            // They follow from the rows alone.
            return "Look at these rows" + (hasNoRule ? "; a recipe with recovery: {} would skip the batch." : ".");
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
