package cairn.train.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.nn.Program;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Finiteness;
import cairn.tensor.op.Reductions;

/** Diagnostics on the CPU, where Java reads arrays directly. The losses of micro-batches are added as double. */
final class HostDiagnostics implements StepDiagnostics {

    private final Finiteness finiteness;
    private final Array sumOfSquares;
    private final Operation squares;
    @Ephemeral(value = "set to 0 when a batch begins", kind = SCRATCH)
    private double lossSum;

    HostDiagnostics(Array gradient) {
        finiteness = Finiteness.of(gradient);
        sumOfSquares = Array.zeros(gradient.type());
        squares = Reductions.sumOfSquares(gradient, sumOfSquares);
    }

    @Override
    public void begin() {
        lossSum = 0;
    }

    @Override
    public void add(Program microBatch) {
        lossSum += microBatch.lossSum().value();
    }

    @Override
    public void end() {
        // The squares are computed only when they are needed.
    }

    @Override
    public double lossSum() {
        return lossSum;
    }

    @Override
    public boolean isFinite() {
        return finiteness.isCertain();
    }

    /** This costs a pass over the gradient. */
    @Override
    public double squares() {
        squares.run();
        return sumOfSquares.value();
    }
}
