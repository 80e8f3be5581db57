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

/** The loss of a batch and its gradient, computed in parts if the recipe says so. The network is wired once for each size. */
final class BatchGradient {
    private final Network network;
    private final Loss loss;
    private final BatchFeed feeding;
    private final Labels labels;
    private final int microBatches;
    private final ParameterVector gradient;
    private final GradientTree tree;
    private final StepDiagnostics findings;
    @Ephemeral(value = "wirings by batch size, made on demand", kind = WIRING)
    private final Map<Integer, Program> wired = new HashMap<>();

    /** {@code gradient} receives the results. */
    BatchGradient(Network network, Loss loss, Labels labels, BatchFeed feeding, int microBatches, ParameterVector gradient) {
        this.network = network;
        this.loss = loss;
        this.feeding = feeding;
        this.labels = labels;
        this.microBatches = microBatches;
        this.gradient = gradient;
        this.tree = new GradientTree(gradient.flat(), microBatches);
        this.findings = StepDiagnostics.of(gradient.flat());
    }

    /** Wires the parts of a batch of {@code rows} rows, so that no step has to. */
    void wire(int rows) {
        int parts = parts(rows);
        for (int part = 0; part < parts; part++) {
            wired(cut(rows, parts, part + 1) - cut(rows, parts, part));
        }
    }

    /**
     * Computes the gradient of {@code batch}, summed over the parts, into the gradient vector, and what there is to find out about it.
     * Waits for nothing.
     *
     * @return what the batch's loss is divided by
     */
    double of(Batch batch, Key key, StepHook probe) {
        int parts = parts(batch.size());
        double divisor = weightOf(batch);
        tree.clear();
        findings.begin();
        for (int part = 0; part < parts; part++) {
            int from = cut(batch.size(), parts, part);
            int rows = cut(batch.size(), parts, part + 1) - from;
            Program w = wired(rows);
            Key partKey = key.fold(part);
            feeding.fill(w, batch, from, rows);
            w.forward(partKey);
            probe.forward(w);
            findings.add(w);
            w.backward(partKey, 1 / divisor);
            tree.add(part == parts - 1);
        }
        findings.end();
        return divisor;
    }

    /** What was found out about the last batch. */
    StepDiagnostics findings() {
        return findings;
    }

    /** The path of a parameter whose gradient is not finite after {@link #of}; looked for one by one only if there seems to be one. */
    Optional<String> notFinite() {
        if (findings.isFinite()) {
            return Optional.empty();
        }
        return gradient.layout().places().stream().map(Layout.Place::name)
                .filter(name -> DoubleStream.of(gradient.view(name).toDoubles()).anyMatch(g -> !Double.isFinite(g))).findFirst();
    }

    /** What adds in {@linkplain cairn.tensor.Operation#unordered() no fixed order}. */
    Set<String> unordered() {
        return wired.values().stream().flatMap(w -> w.unordered().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the mean divides by: the rows, each counted as much as its label weighs. */
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
        Program known = wired.get(rows);
        if (known == null) {
            known = network.training(rows, loss, gradient);
            wired.put(rows, known);
        }
        return known;
    }

    /** Where part {@code part} of {@code parts} begins among {@code rows}. */
    private static int cut(int rows, int parts, int part) {
        return (int) ((long) rows * part / parts);
    }
}
