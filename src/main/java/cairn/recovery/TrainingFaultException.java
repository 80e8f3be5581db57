package cairn.recovery;

/** A step was not made because of a fault; the trainer stands where it stood before it. */
public abstract class TrainingFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    TrainingFaultException(Fault fault, String tried, String advice) {
        super(fault + ". The update was not made and the state is that of step " + fault.step() + ". " + tried + advice);
        this.fault = fault;
    }

    /** The exception that says so. */
    public static TrainingFaultException of(Fault fault, String tried) {
        return fault.kind() == Fault.Kind.SPIKE ? new LossSpikeException(fault, tried) : new NonFiniteLossException(fault, tried);
    }

    /** Updates finished before the step that failed. */
    public long step() {
        return fault.step();
    }

    public Fault fault() {
        return fault;
    }
}
