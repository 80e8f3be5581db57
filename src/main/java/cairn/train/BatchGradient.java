package cairn.train;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.data.Batch;
import cairn.data.Labels;
import cairn.nn.Loss;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.train.device.BatchFeed;
import cairn.train.device.StepDiagnostics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** The loss of a batch and its gradient, computed in micro-batches if the recipe says so. The network is wired once for each size. */
final class BatchGradient {
    private final Network network;
    private final Loss loss;
    private final BatchFeed feed;
    private final Labels labels;
    private final int microBatches;
    private final ParameterVector gradient;
    private final GradientTree tree;
    private final StepDiagnostics diagnostics;
    @Ephemeral(value = "wirings by batch size, made on demand", kind = WIRING)
    private final Map<Integer, Program> programs = new HashMap<>();

    /** {@code gradient} receives the results. */
    BatchGradient(Network network, Loss loss, Labels labels, BatchFeed feed, int microBatches, ParameterVector gradient) {
        this.network = network;
        this.loss = loss;
        this.feed = feed;
        this.labels = labels;
        this.microBatches = microBatches;
        this.gradient = gradient;
        this.tree = new GradientTree(gradient.flat(), microBatches);
        this.diagnostics = StepDiagnostics.of(gradient.flat());
    }

    /** Wires the parts of a batch of {@code rows} rows, so that no step has to. */
    void wire(int rows) {
        int parts = parts(rows);
        for (int part = 0; part < parts; part++) {
            wired(cut(rows, parts, part + 1) - cut(rows, parts, part));
        }
    }

    /**
     * Computes the gradient of {@code batch}, summed over the micro-batches, into the gradient vector, and its diagnostics. Reads nothing
     * from the device.
     *
     * @return what the sum of the losses is divided by
     */
    double of(Batch batch, Key key, StepHook hook) {
        int parts = parts(batch.size());
        double divisor = weightOf(batch);
        tree.clear();
        diagnostics.begin();
        for (int part = 0; part < parts; part++) {
            int from = cut(batch.size(), parts, part);
            int rows = cut(batch.size(), parts, part + 1) - from;
            Program w = wired(rows);
            Key partKey = key.fold(part);
            feed.fill(w, batch, from, rows);
            w.forward(partKey);
            hook.forward(w);
            diagnostics.add(w);
            w.backward(partKey, 1 / divisor);
            tree.add(part == parts - 1);
        }
        diagnostics.end();
        return divisor;
    }

    /** Loss and squares of the last batch. */
    StepDiagnostics diagnostics() {
        return diagnostics;
    }

    /** A parameter whose gradient is not finite after {@link #of}. They are searched one by one only if there seems to be one. */
    Optional<String> notFinite() {
        if (diagnostics.isFinite()) {
            return Optional.empty();
        }
        return gradient.layout().places().stream().map(Layout.Place::name)
                .filter(name -> DoubleStream.of(gradient.view(name).toDoubles()).anyMatch(g -> !Double.isFinite(g))).findFirst();
    }

    /** The operations that add in {@linkplain cairn.tensor.Operation#unordered() no fixed order}. */
    Set<String> unordered() {
        return programs.values().stream().flatMap(w -> w.unordered().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the mean divides by: the sum of the row weights, which are 1 without class weights. */
    private double weightOf(Batch batch) {
        if (!(labels instanceof Labels.Classes)) {
            return batch.size();
        }
        double sum = 0;
        for (int i = 0; i < batch.size(); i++) {
            sum += loss.weight(batch.labels()[i]);
        }
        return sum;
    }

    private int parts(int rows) {
        return Math.min(microBatches, rows);
    }

    private Program wired(int rows) {
        Program known = programs.get(rows);
        if (known == null) {
            known = network.training(rows, loss, gradient);
            programs.put(rows, known);
        }
        return known;
    }

    /** Where part {@code part} of {@code parts} begins among {@code rows}. */
    private static int cut(int rows, int parts, int part) {
        return (int) ((long) rows * part / parts);
    }
}
