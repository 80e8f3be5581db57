package cairn.train.device;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.nn.Program;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Magnitude;
import cairn.tensor.op.Reductions;
import java.util.Optional;

/** Diagnostics on the CPU, where Java reads arrays directly. The losses of micro-batches are added as double. */
final class HostDiagnostics implements StepDiagnostics {

    private final Magnitude gradient;
    private final Optional<Magnitude> statistics;
    private final Array sumOfSquares;
    private final Operation squares;
    private final RightAnswers answers;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private float[] outputs = {};
    @Ephemeral(value = "set to 0 when a batch begins", kind = SCRATCH)
    private double lossSum;
    @Ephemeral(value = "set to 0 when a batch begins", kind = SCRATCH)
    private int right;
    @Ephemeral(value = "set when a batch ends", kind = SCRATCH)
    private double largest;

    HostDiagnostics(Array gradient, Optional<Array> statistics, RightAnswers answers) {
        this.answers = answers;
        this.gradient = Magnitude.of(gradient);
        this.statistics = statistics.map(Magnitude::of);
        sumOfSquares = Array.zeros(gradient.type());
        squares = Reductions.sumOfSquares(gradient, sumOfSquares);
    }

    @Override
    public void begin() {
        lossSum = 0;
        right = 0;
    }

    @Override
    public void add(Program microBatch, int from, int rows) {
        lossSum += microBatch.lossSum().value();
        int numbers = rows * answers.width();
        if (numbers > 0) {
            if (outputs.length < numbers) {
                outputs = new float[numbers];
            }
            microBatch.output().get(outputs, numbers);
            right += answers.right(outputs, 0, from, rows);
        }
    }

    @Override
    public void end() {
        // The squares are computed only when they are needed.
        largest = gradient.bound();
    }

    @Override
    public double lossSum() {
        return lossSum;
    }

    @Override
    public int right() {
        return right;
    }

    @Override
    public double largest() {
        return largest;
    }

    @Override
    public boolean areStatisticsFinite() {
        return statistics.isEmpty() || Double.isFinite(statistics.get().bound());
    }

    /** This costs a pass over the gradient. */
    @Override
    public double squares() {
        squares.run();
        return sumOfSquares.value();
    }
}
