package cairn.train.device;

import cairn.nn.Program;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;

/** The sum of a batch's losses, and whether its gradient is finite. */
public interface StepDiagnostics {

    /** For batches whose gradients appear in {@code gradient}. On the CPU it is read at once, on a GPU only when asked for. */
    static StepDiagnostics of(Array gradient) {
        return Backend.isDevice() ? new DeviceDiagnostics(gradient) : new HostDiagnostics(gradient);
    }

    /** A batch begins. */
    void begin();

    /** The forward pass of one micro-batch is done. */
    void add(Program part);

    /** The gradient of the batch is complete. */
    void end();

    /** Σ row losses. */
    double lossSum();

    /** Whether every number of the gradient is certainly finite. */
    boolean isFinite();

    /** Σ g², which is not finite if a g is not (and if it overflows). */
    double squares();
}
