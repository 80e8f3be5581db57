package cairn.recovery;

/** A step's loss leapt once more than a recipe's recovery rule is to bear. The step was not made. */
public final class LossSpikeException extends TrainingFaultException {
    private static final long serialVersionUID = 1L;

    LossSpikeException(Fault fault, String tried) {
        super(fault, tried, "Lower the learning rate, clip the gradient, or look at these rows; if such losses are no fault here, raise"
                + " recovery.spike.threshold.");
    }
}
