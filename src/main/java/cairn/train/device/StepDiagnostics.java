package cairn.train.device;

import cairn.nn.Program;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;

/** What there is to find out about a batch: the sum of its losses, and whether its gradient is finite. */
public interface StepDiagnostics {

    /** Of batches whose gradients appear in {@code gradient}; looked at at once on the processor, and only when asked on a card. */
    static StepDiagnostics of(Array gradient) {
        return Backend.isDevice() ? new DeviceDiagnostics(gradient) : new HostDiagnostics(gradient);
    }

    /** A batch begins. */
    void begin();

    /** A part of it has passed forward. */
    void add(Program part);

    /** Its gradient is there. */
    void end();

    /** Σ row losses. */
    double lossSum();

    /** Whether every number of the gradient is finite; false also where that is not certain. */
    boolean isFinite();

    /** Σ g², which is not finite if a g is not (and if it overflows). */
    double squares();
}
