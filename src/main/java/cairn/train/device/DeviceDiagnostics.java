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
import cairn.tensor.op.Rows;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Diagnostics on a GPU: two or three numbers on the device, and behind them the answers of the model, which are all fetched with one copy
 * when one of them is needed.
 *
 * <p>The answers are the outputs of the model, because to copy them is one operation. Only where a batch has very many of them, and they are
 * scores of classes, the classes are found on the device.
 */
public final class DeviceDiagnostics implements StepDiagnostics {
    /** The most outputs of a batch that are fetched where the classes alone could be. */
    private static final int MANY = 1 << 12;

    /**
     * What is done after the forward pass of a micro-batch.
     *
     * @param set copies its loss into the sum
     * @param add adds its loss to the sum
     * @param answers put its answers behind the sums
     */
    private record Adding(Operation set, Operation add, @Ephemeral(value = "prepared when first used", kind = WIRING)
            List<Putting> answers) {
    }

    /** Puts the answers for rows from {@code from} on behind the sums. */
    private record Putting(int from, Operation operation) {
    }

    private final RightAnswers rule;
    private final boolean areFound;
    /** Numbers of a row behind the sums. */
    private final int perRow;
    private final int sumCount;
    private final Array sums;
    private final Array loss;
    private final Operation squares;
    @Ephemeral(value = "prepared when a program is first used", kind = WIRING)
    private final Map<Program, Adding> additions = new IdentityHashMap<>();
    @Ephemeral(value = "set when a batch begins", kind = SCRATCH)
    private boolean isFirst;
    @Ephemeral(value = "set when a batch begins", kind = SCRATCH)
    private boolean isRead;
    @Ephemeral(value = "counted when a batch begins", kind = SCRATCH)
    private int batchRows;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] values;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final float[] outputs;

    DeviceDiagnostics(Array gradient, Optional<Array> statistics, RightAnswers answers, int rows) {
        rule = answers;
        areFound = answers.areClasses() && rows * answers.width() > MANY;
        perRow = areFound ? 1 : answers.width();
        sumCount = statistics.isPresent() ? 3 : 2;
        outputs = new float[areFound ? 0 : rows * perRow];
        values = new double[sumCount + rows * perRow];
        sums = Array.zeros(gradient.type(), values.length);
        loss = sums.view(0);
        Operation ofGradient = Reductions.sumOfSquares(gradient, sums.view(1));
        squares = statistics.isEmpty() ? ofGradient
                : Operation.sequence(ofGradient, Reductions.sumOfSquares(statistics.get(), sums.view(2)));
    }

    /** The numbers: Σ row losses, Σ g², if there are running statistics the sum of their squares, and the answers. */
    public Array sums() {
        return sums;
    }

    /** How many of the {@link #sums} must be finite: all but the answers. */
    public int sumCount() {
        return sumCount;
    }

    @Override
    public void begin() {
        isFirst = true;
        isRead = false;
        batchRows = 0;
    }

    @Override
    public void add(Program microBatch, int from, int rows) {
        Adding adding = additions.get(microBatch);
        if (adding == null) {
            adding = new Adding(Elementwise.copy(microBatch.lossSum(), loss), Elementwise.add(loss, microBatch.lossSum(), loss),
                    new ArrayList<>());
            additions.put(microBatch, adding);
        }
        (isFirst ? adding.set() : adding.add()).run();
        isFirst = false;
        batchRows += rows;
        if (perRow > 0) {
            putting(adding, microBatch, from, rows).operation().run();
        }
    }

    /** One of few: a micro-batch of this size begins at one row, or at some. */
    private Putting putting(Adding adding, Program microBatch, int from, int rows) {
        for (int i = 0; i < adding.answers().size(); i++) {
            if (adding.answers().get(i).from() == from) {
                return adding.answers().get(i);
            }
        }
        Putting made = new Putting(from, answers(microBatch.output(), from, rows));
        adding.answers().add(made);
        return made;
    }

    private Operation answers(Array output, int from, int rows) {
        Array into = sums.view(sumCount + (long) from * perRow, rows, perRow);
        Array all = output.reshape(rows, rule.width());
        return areFound ? Rows.maxIndexOverColumns(all, into) : Elementwise.copy(all, into);
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
    public int right() {
        return right(values(), 0, 0, batchRows);
    }

    /**
     * The right answers of a batch of {@code rows} rows.
     *
     * @param numbers has what {@link #sums} held after it, from {@code at} on
     * @param slot where its labels were kept
     */
    public int right(double[] numbers, int at, int slot, int rows) {
        if (areFound) {
            return rule.rightOfPredicted(numbers, at + sumCount, slot, rows);
        }
        for (int i = 0; i < rows * perRow; i++) {
            outputs[i] = (float) numbers[at + sumCount + i];
        }
        return rule.right(outputs, slot, 0, rows);
    }

    @Override
    public double largest() {
        return Magnitude.ofSquares(squares(), sums.type());
    }

    @Override
    public boolean areStatisticsFinite() {
        return sumCount == 2 || Double.isFinite(values()[2]);
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
