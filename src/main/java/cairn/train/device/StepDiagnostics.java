package cairn.train.device;

import cairn.nn.Program;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;
import java.util.Optional;

/** The sum of a batch's losses, the right answers, how large its gradient is, and whether the running statistics are finite that it moved. */
public interface StepDiagnostics {

    /**
     * For batches whose gradients appear in {@code gradient}. On a GPU they are read only when they are needed.
     *
     * @param statistics the tensors that a forward pass changes, if there are any
     * @param answers counts the right answers
     * @param rows the rows of the largest batch
     */
    static StepDiagnostics of(Array gradient, Optional<Array> statistics, RightAnswers answers, int rows) {
        return Backend.isDevice() ? new DeviceDiagnostics(gradient, statistics, answers, rows)
                : new HostDiagnostics(gradient, statistics, answers);
    }

    /** A batch begins. */
    void begin();

    /** The forward pass of one micro-batch is done, whose rows begin at row {@code from} of the batch. */
    void add(Program microBatch, int from, int rows);

    /** The gradient of the batch is complete. */
    void end();

    /** Σ row losses. */
    double lossSum();

    /** The right answers before the update, for the labels that were kept in slot 0. */
    int right();

    /**
     * A number that no number of the gradient exceeds in magnitude. It is not finite if one of them is not; it may be infinite too for a
     * gradient with very large numbers.
     */
    double largest();

    /** True if every running statistic is finite. May be false for very large ones. */
    boolean areStatisticsFinite();

    /** Σ g². It is not finite if a g is not finite, or if the sum overflows. */
    double squares();
}
