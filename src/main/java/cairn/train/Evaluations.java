package cairn.train;

import cairn.data.Batch;
import cairn.data.BatchMaker;
import cairn.data.Batches;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.NormalizedTargets;
import cairn.data.RowNumberBatches;
import cairn.data.Table;
import cairn.metrics.Estimate;
import cairn.metrics.Evaluation;
import cairn.metrics.Evaluator;
import cairn.metrics.MultiLabelEvaluator;
import cairn.metrics.RegressionEvaluator;
import cairn.metrics.Scores;
import cairn.nn.Loss;
import cairn.nn.Network;
import cairn.nn.Program;

import cairn.tensor.ParameterVector;
import cairn.train.device.BatchFeed;
import cairn.train.device.DeviceDatasets;
import cairn.words.Spelling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Evaluates the weights of a network on rows, in order, in batches of a fixed size. It uses no random numbers and changes nothing. */
final class Evaluations {
    /** Rows of a batch. The size is fixed, because the bits of a mean depend on the size of the batches. */
    static final int ROWS = 256;
    private static final int TOP = 5;

    private final Loss loss;
    private final Normalization normalization;
    private final DeviceDatasets datasets;
    private final ProgramsBySize programs;

    Evaluations(Loss loss, Network network, ParameterVector weights, Normalization normalization, DeviceDatasets datasets) {
        this.loss = loss;
        this.normalization = normalization;
        this.datasets = datasets;
        this.programs = new ProgramsBySize(rows -> network.evaluation(rows, loss, weights));
    }

    /** Wires the programs that evaluate {@code rows} rows. */
    void wire(int rows) {
        for (int size : sizes(rows)) {
            programs.get(size);
        }
    }

    private static int[] sizes(int rows) {
        return IntStream.of(Math.min(ROWS, rows), rows > ROWS ? rows % ROWS : 0).filter(n -> n > 0).toArray();
    }

    Evaluation of(DataSet rows) {
        return of(rows, () -> false).orElseThrow();
    }

    /** As {@link #of(DataSet)}; empty if {@code isCancelled} becomes true, which is checked before each batch. */
    Optional<Evaluation> of(DataSet rows, BooleanSupplier isCancelled) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("there are no rows to evaluate on in " + rows.name());
        }
        Measuring measuring = measuring(loss, rows.labels(), rows instanceof NormalizedTargets n ? Optional.of(n) : Optional.empty());
        return run(rows, isCancelled, measuring.reader()) ? Optional.of(measuring.result().get()) : Optional.empty();
    }

    /** A measurement in progress. */
    private record Measuring(Reader reader, Supplier<Evaluation> result) {
    }

    private static Measuring measuring(Loss loss, Labels labels, Optional<NormalizedTargets> rows) {
        int width = labels.width();
        if (labels instanceof Labels.Classes) {
            Evaluator e = new Evaluator(width, top(width));
            return new Measuring((batch, scores, losses) -> e.add(scores, width, batch.labels(), losses, loss::weight, batch.size()),
                    e::result);
        } else if (loss.takesLogits()) {
            MultiLabelEvaluator e = new MultiLabelEvaluator(width);
            return new Measuring((batch, logits, losses) ->
                    e.add(probabilities(loss, logits, width, batch.size()), batch.targets(), losses, batch.size()), e::result);
        }
        RegressionEvaluator e = new RegressionEvaluator(width);
        return new Measuring((batch, y, losses) -> {
            if (rows.isPresent()) {
                e.add(undone(y, rows.get().by(), batch.size(), width), width, targets(rows.get().source(), batch), losses, batch.size());
            } else {
                e.add(y, width, batch.targets(), losses, batch.size());
            }
        }, e::result);
    }

    private static double[] probabilities(Loss loss, float[] logits, int width, int rows) {
        double[] all = new double[rows * width];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(loss.probabilities(Arrays.copyOfRange(logits, row * width, (row + 1) * width)), 0, all, row * width, width);
        }
        return all;
    }

    /** In the units of the targets, of which the measures are. */
    private static float[] undone(float[] y, Normalization by, int rows, int width) {
        float[] undone = new float[rows * width];
        for (int i = 0; i < undone.length; i++) {
            undone[i] = by.undone(y[i], i % width);
        }
        return undone;
    }

    private static float[] targets(DataSet source, Batch batch) {
        int width = source.labels().width();
        float[] targets = new float[batch.size() * width];
        for (int i = 0; i < batch.size(); i++) {
            source.targets(batch.rows()[i], targets, i * width);
        }
        return targets;
    }

    /** The evaluation and the result of each row. The mean of the losses is the loss of the evaluation, also if rows have unequal weights. */
    Scores scores(DataSet rows) {
        RowResults results = results(rows);
        int n = rows.size();
        Optional<boolean[]> right = Optional.empty();
        if (rows.labels() instanceof Labels.Classes) {
            boolean[] all = new boolean[n];
            IntStream.range(0, n).forEach(i -> all[i] = results.predictedClass(i) == rows.label(i));
            right = Optional.of(all);
        }
        return new Scores(results.evaluation(), IntStream.range(0, n).mapToDouble(results::loss).toArray(), right);
    }

    /** The evaluation, and what each row gave, from one pass over the rows. */
    RowResults results(DataSet rows) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("there are no rows to evaluate on in " + rows.name());
        }
        int width = rows.labels().width();
        Optional<NormalizedTargets> normalized = rows instanceof NormalizedTargets n ? Optional.of(n) : Optional.empty();
        Measuring measuring = measuring(loss, rows.labels(), normalized);
        float[] outputs = new float[Math.multiplyExact(rows.size(), width)];
        double[] losses = new double[rows.size()];
        run(rows, () -> false, (batch, y, rowLosses) -> {
            measuring.reader().read(batch, y, rowLosses);
            int from = (int) batch.step() * ROWS;
            System.arraycopy(y, 0, outputs, from * width, batch.size() * width);
            System.arraycopy(rowLosses, 0, losses, from, batch.size());
        });
        return new RowResults(loss, rows, normalized, measuring.result().get(), outputs, losses);
    }

    /** The outputs of the model, row after row. */
    float[] outputs(DataSet rows, int width) {
        float[] all = new float[Math.multiplyExact(rows.size(), width)];
        run(rows, () -> false, (batch, outputs, losses) ->
                System.arraycopy(outputs, 0, all, (int) batch.step() * ROWS * width, batch.size() * width));
        return all;
    }

    /** The operations that add in {@linkplain cairn.tensor.Operation#unordered() no fixed order}, in the programs that are wired so far. */
    Set<String> unordered() {
        return programs.unordered();
    }

    /** Receives the results of one batch. */
    private interface Reader {
        void read(Batch batch, float[] outputs, double[] rowLosses);
    }

    /** The losses at {@code places} among the rows, from the batches of an evaluation that hold them. */
    double[] losses(DataSet rows, int[] places) {
        double[] all = new double[rows.size()];
        BitSet needed = new BitSet();
        IntStream.of(places).forEach(place -> needed.set(place / ROWS));
        run(rows, needed::get, () -> false, (batch, y, losses) ->
                System.arraycopy(losses, 0, all, (int) batch.step() * ROWS, batch.size()));
        return IntStream.of(places).mapToDouble(place -> all[place]).toArray();
    }

    /** Computes all rows; false if it was cancelled. */
    private boolean run(DataSet rows, BooleanSupplier isCancelled, Reader reader) {
        return run(rows, i -> true, isCancelled, reader);
    }

    private boolean run(DataSet rows, IntPredicate needsBatch, BooleanSupplier isCancelled, Reader reader) {
        Batches whole = Batches.inOrder(rows, ROWS).normalized(normalization);
        BatchMaker batches = datasets.has(rows) ? new RowNumberBatches(whole) : whole;
        BatchFeed feed = datasets.feed(rows);
        Batch batch = new Batch();
        for (int i = 0; i < batches.batchesPerEpoch(); i++) {
            if (isCancelled.getAsBoolean()) {
                return false;
            } else if (!needsBatch.test(i)) {
                continue;
            }
            batch = batches.fill(i, batch);
            Program program = programs.get(batch.size());
            feed.fill(program, batch, 0, batch.size());
            program.forward();
            float[] outputs = new float[Math.toIntExact(program.output().size())];
            program.output().get(outputs, outputs.length);
            reader.read(batch, outputs, program.rowLoss().toDoubles());
        }
        return true;
    }

    /** The k of top-k: 5, or one less than the number of classes. */
    private static int top(int classes) {
        return Math.max(1, Math.min(TOP, classes - 1));
    }

    /** The value of the measure called {@code name}. */
    static double measure(Evaluation evaluation, String name) {
        Estimate estimate = evaluation.measures().get(name);
        if (estimate == null) {
            throw new IllegalArgumentException("unknown metric '" + name + "'; "
                    + Spelling.hint(name, evaluation.measures().keySet()));
        }
        return estimate.value();
    }

    /** Refuses a metric that evaluations of such labels with this loss do not have. */
    static void requireMeasure(String name, Loss loss, Labels labels) {
        Measuring sample = measuring(loss, labels, Optional.empty());
        Batch one = Batches.inOrder(labels instanceof Labels.Classes classes ? Table.ofFloats("sample", new long[] {1}, new float[1], classes,
                new int[1]) : Table.ofFloats("sample", new long[] {1}, new float[1], (Labels.Reals) labels, new float[labels.width()]), 1).at(0);
        sample.reader().read(one, new float[labels.width()], new double[1]);
        measure(sample.result().get(), name);
    }
}
