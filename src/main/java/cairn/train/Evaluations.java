package cairn.train;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.data.Batch;
import cairn.data.BatchMaker;
import cairn.data.Batches;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.RowNumberBatches;
import cairn.metrics.Estimate;
import cairn.metrics.Evaluation;
import cairn.metrics.Evaluator;
import cairn.metrics.RegressionEvaluator;
import cairn.metrics.Scores;
import cairn.nn.Loss;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.state.Ephemeral;
import cairn.tensor.ParameterVector;
import cairn.train.device.BatchFeed;
import cairn.train.device.DeviceDatasets;
import cairn.words.Spelling;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Evaluates the weights of a network on rows, in order, in batches of fixed size. It uses no random numbers and changes nothing. */
final class Evaluations {
    /** Rows of a batch. It is fixed, because the bits of a mean depend on how the rows are cut. */
    static final int ROWS = 256;
    private static final int TOP = 5;

    private final Loss loss;
    private final Network network;
    private final ParameterVector weights;
    private final Normalization normalization;
    private final DeviceDatasets datasets;
    @Ephemeral(value = "wirings by batch size, made on demand", kind = WIRING)
    private final Map<Integer, Program> programs = new HashMap<>();

    Evaluations(Loss loss, Network network, ParameterVector weights, Normalization normalization, DeviceDatasets datasets) {
        this.loss = loss;
        this.network = network;
        this.weights = weights;
        this.normalization = normalization;
        this.datasets = datasets;
    }

    /** Wires the programs that evaluate {@code rows} rows. */
    void wire(int rows) {
        for (int size : sizes(rows)) {
            program(size);
        }
    }

    private Program program(int size) {
        return programs.computeIfAbsent(size, n -> network.evaluation(n, loss, weights));
    }

    private static int[] sizes(int rows) {
        return IntStream.of(Math.min(ROWS, rows), rows > ROWS ? rows % ROWS : 0).filter(n -> n > 0).toArray();
    }

    Evaluation of(DataSet rows) {
        return of(rows, () -> false).orElseThrow();
    }

    /** As {@link #of(DataSet)}; empty as soon as {@code isCancelled}, which is asked before each batch. */
    Optional<Evaluation> of(DataSet rows, BooleanSupplier isCancelled) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("there are no rows to evaluate on in " + rows.name());
        }
        int width = rows.labels().width();
        if (rows.labels() instanceof Labels.Classes) {
            Evaluator evaluator = new Evaluator(width, top(width));
            boolean isWhole = run(rows, isCancelled,
                    (batch, scores, losses) -> evaluator.add(scores, width, batch.labels(), losses, batch.size()));
            return isWhole ? Optional.of(evaluator.result()) : Optional.empty();
        }
        RegressionEvaluator evaluator = new RegressionEvaluator(width);
        boolean isWhole = run(rows, isCancelled, (batch, y, losses) -> evaluator.add(y, width, batch.targets(), losses, batch.size()));
        return isWhole ? Optional.of(evaluator.result()) : Optional.empty();
    }

    /** The evaluation, and the result of each row. */
    Scores scores(DataSet rows) {
        if (rows.size() == 0) {
            return new Scores(of(rows), new double[0], Optional.empty());
        }
        int width = rows.labels().width();
        double[] losses = new double[rows.size()];
        boolean[] right = new boolean[rows.size()];
        Optional<Evaluator> evaluator = rows.labels() instanceof Labels.Classes ? Optional.of(new Evaluator(width, top(width)))
                : Optional.empty();
        run(rows, () -> false, (batch, outputs, rowLosses) -> {
            int from = (int) batch.step() * ROWS;
            System.arraycopy(rowLosses, 0, losses, from, batch.size());
            for (int i = 0; evaluator.isPresent() && i < batch.size(); i++) {
                right[from + i] = evaluator.get().prediction(outputs, i) == batch.labels()[i];
            }
        });
        return new Scores(of(rows), losses, evaluator.map(e -> right));
    }

    /** The outputs of the model for every row, row after row. */
    float[] outputs(DataSet rows, int width) {
        float[] all = new float[Math.multiplyExact(rows.size(), width)];
        run(rows, () -> false, (batch, outputs, losses) ->
                System.arraycopy(outputs, 0, all, (int) batch.step() * ROWS * width, batch.size() * width));
        return all;
    }

    /** The operations that add in {@linkplain cairn.tensor.Operation#unordered() no fixed order}, as far as they are wired. */
    Set<String> unordered() {
        return programs.values().stream().flatMap(w -> w.unordered().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private interface Reader {
        void read(Batch batch, float[] outputs, double[] rowLosses);
    }

    /** Whether all rows were read. */
    private boolean run(DataSet rows, BooleanSupplier isCancelled, Reader reader) {
        Batches whole = Batches.inOrder(rows, ROWS).normalized(normalization);
        BatchMaker batches = datasets.has(rows) ? new RowNumberBatches(whole) : whole;
        BatchFeed feed = datasets.feed(rows);
        Batch batch = new Batch();
        for (int i = 0; i < batches.batchesPerEpoch(); i++) {
            if (isCancelled.getAsBoolean()) {
                return false;
            }
            batch = batches.fill(i, batch);
            Program w = program(batch.size());
            feed.fill(w, batch, 0, batch.size());
            w.forward();
            float[] outputs = new float[Math.toIntExact(w.output().size())];
            w.output().get(outputs, outputs.length);
            reader.read(batch, outputs, w.rowLoss().toDoubles());
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

    /** Refuses a metric that evaluations of such labels do not have. */
    static void requireMeasure(String name, Labels labels) {
        int width = labels.width();
        Evaluation sample;
        if (labels instanceof Labels.Classes) {
            Evaluator e = new Evaluator(width, top(width));
            e.add(new float[width], width, new int[1], new double[1], 1);
            sample = e.result();
        } else {
            RegressionEvaluator e = new RegressionEvaluator(width);
            e.add(new float[width], width, new float[width], new double[1], 1);
            sample = e.result();
        }
        measure(sample, name);
    }
}
