package cairn.train.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.nn.Program;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Magnitude;
import cairn.tensor.op.Reductions;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** Diagnostics on a GPU: two or three numbers on the device, which are fetched together when one of them is needed. */
public final class DeviceDiagnostics implements StepDiagnostics {

    /** Copies the loss of a micro-batch into the sum, or adds it to the sum. */
    private record Adding(Operation set, Operation add) {
    }

    private final Array sums;
    private final Array loss;
    private final Operation squares;
    @Ephemeral(value = "prepared when a program is first used", kind = WIRING)
    private final Map<Program, Adding> additions = new IdentityHashMap<>();
    @Ephemeral(value = "set when a batch begins", kind = SCRATCH)
    private boolean isFirst;
    @Ephemeral(value = "set when a batch begins", kind = SCRATCH)
    private boolean isRead;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] values;

    DeviceDiagnostics(Array gradient, Optional<Array> statistics) {
        values = new double[statistics.isPresent() ? 3 : 2];
        sums = Array.zeros(gradient.type(), values.length);
        loss = sums.view(0);
        Operation ofGradient = Reductions.sumOfSquares(gradient, sums.view(1));
        squares = statistics.isEmpty() ? ofGradient
                : Operation.sequence(ofGradient, Reductions.sumOfSquares(statistics.get(), sums.view(2)));
    }

    /** The numbers: Σ row losses, Σ g² and, if there are running statistics, the sum of their squares. */
    public Array sums() {
        return sums;
    }

    @Override
    public void begin() {
        isFirst = true;
        isRead = false;
    }

    @Override
    public void add(Program microBatch) {
        Adding adding = additions.get(microBatch);
        if (adding == null) {
            adding = new Adding(Elementwise.copy(microBatch.lossSum(), loss), Elementwise.add(loss, microBatch.lossSum(), loss));
            additions.put(microBatch, adding);
        }
        (isFirst ? adding.set() : adding.add()).run();
        isFirst = false;
    }

    @Override
    public void end() {
        squares.run();
    }

    @Override
    public double lossSum() {
        return values()[0];
    }

    @Override
    public double largest() {
        return Magnitude.ofSquares(squares(), sums.type());
    }

    @Override
    public boolean areStatisticsFinite() {
        return values.length == 2 || Double.isFinite(values()[2]);
    }

    @Override
    public double squares() {
        return values()[1];
    }

    private double[] values() {
        if (!isRead) {
            sums.get(values);
            isRead = true;
        }
        return values;
    }
}
