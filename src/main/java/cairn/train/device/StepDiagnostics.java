package cairn.train.device;

import cairn.nn.Program;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;

/** The sum of a batch's losses, and whether its gradient is finite. */
public interface StepDiagnostics {

    /** For batches whose gradients appear in {@code gradient}. On a GPU they are read only when they are needed. */
    static StepDiagnostics of(Array gradient) {
        return Backend.isDevice() ? new DeviceDiagnostics(gradient) : new HostDiagnostics(gradient);
    }

    /** A batch begins. */
    void begin();

    /** The forward pass of one micro-batch is done. */
    void add(Program microBatch);

    /** The gradient of the batch is complete. */
    void end();

    /** Σ row losses. */
    double lossSum();

    /** True if every number of the gradient is finite. May be false for a gradient with very large numbers. */
    boolean isFinite();

    /** Σ g². It is not finite if a g is not finite, or if the sum overflows. */
    double squares();
}
