package cairn.train.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.nn.Program;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Reductions;
import java.util.IdentityHashMap;
import java.util.Map;

/** Diagnostics on a GPU: two numbers on the device, which are fetched together when one of them is needed. */
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
    private final double[] values = new double[2];

    DeviceDiagnostics(Array gradient) {
        sums = Array.zeros(gradient.type(), 2);
        loss = sums.view(0);
        squares = Reductions.sumOfSquares(gradient, sums.view(1));
    }

    /** Two numbers: Σ row losses and Σ g². */
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
    public boolean isFinite() {
        return Double.isFinite(squares());
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
