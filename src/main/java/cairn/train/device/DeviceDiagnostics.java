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

/** Diagnostics on a GPU: two numbers side by side on the device, which are fetched together when they are asked for. */
public final class DeviceDiagnostics implements StepDiagnostics {

    /** Sets the sum to the loss of a micro-batch, or adds it. */
    private record Adding(Operation set, Operation add) {
    }

    private final Array both;
    private final Array loss;
    private final Operation squares;
    @Ephemeral(value = "prepared when a wiring is first used", kind = WIRING)
    private final Map<Program, Adding> parts = new IdentityHashMap<>();
    @Ephemeral(value = "set when a batch begins", kind = SCRATCH)
    private boolean isFirst;
    @Ephemeral(value = "set when a batch begins", kind = SCRATCH)
    private boolean isRead;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] values = new double[2];

    DeviceDiagnostics(Array gradient) {
        both = Array.zeros(gradient.type(), 2);
        loss = both.view(0);
        squares = Reductions.sumOfSquares(gradient, both.view(1));
    }

    /** Σ row losses and Σ g², side by side. */
    public Array both() {
        return both;
    }

    @Override
    public void begin() {
        isFirst = true;
        isRead = false;
    }

    @Override
    public void add(Program part) {
        Adding adding = parts.get(part);
        if (adding == null) {
            adding = new Adding(Elementwise.copy(part.lossSum(), loss), Elementwise.add(loss, part.lossSum(), loss));
            parts.put(part, adding);
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
            both.get(values);
            isRead = true;
        }
        return values;
    }
}
