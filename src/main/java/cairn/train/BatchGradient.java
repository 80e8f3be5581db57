package cairn.train;

import cairn.data.Batch;
import cairn.data.Labels;
import cairn.nn.Loss;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.random.Key;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.tensor.device.Backend;
import cairn.train.device.BatchFeed;
import cairn.train.device.RightAnswers;
import cairn.train.device.StepDiagnostics;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;

/** Computes the loss of a batch and its gradient, in micro-batches if the recipe asks for them. */
final class BatchGradient {
    private final Loss loss;
    private final BatchFeed feed;
    private final Labels labels;
    private final int microBatches;
    private final ParameterVector gradient;
    private final ParameterVector statistics;
    private final GradientTree tree;
    private final RightAnswers answers;
    private final StepDiagnostics diagnostics;
    private final ProgramsBySize programs;

    /**
     * {@code gradient} receives the results.
     *
     * @param rows the rows of the largest batch
     */
    BatchGradient(Network network, Loss loss, Labels labels, BatchFeed feed, int microBatches, int rows, ParameterVector gradient) {
        this.loss = loss;
        this.feed = feed;
        this.labels = labels;
        this.microBatches = microBatches;
        this.gradient = gradient;
        this.tree = new GradientTree(gradient.flat(), microBatches);
        this.statistics = network.buffers();
        this.answers = new RightAnswers(loss, labels, rows, Backend.isDevice() ? SpeculativeSteps.MOST : 1);
        this.diagnostics = StepDiagnostics.of(gradient.flat(),
                statistics.layout().size() == 0 ? Optional.empty() : Optional.of(statistics.flat()), answers, rows);
        this.programs = new ProgramsBySize(size -> network.training(size, loss, gradient));
    }

    /** Wires the programs for a batch of {@code rows} rows, so that no step has to. */
    void wire(int rows) {
        int parts = parts(rows);
        for (int part = 0; part < parts; part++) {
            programs.get(cut(rows, parts, part + 1) - cut(rows, parts, part));
        }
    }

    /**
     * Computes the gradient of {@code batch}, summed over the micro-batches, into the gradient vector, and its diagnostics. It reads
     * nothing from the device.
     *
     * @param slot where the labels of the batch are kept, to count the right answers later
     * @return the divisor of the sum of the losses
     */
    double compute(Batch batch, Key key, StepHook hook, int slot) {
        int parts = parts(batch.size());
        double divisor = weight(loss, labels, batch);
        tree.clear();
        answers.keep(batch, slot);
        diagnostics.begin();
        for (int part = 0; part < parts; part++) {
            int from = cut(batch.size(), parts, part);
            int rows = cut(batch.size(), parts, part + 1) - from;
            Program program = programs.get(rows);
            Key partKey = key.fold(part);
            feed.fill(program, batch, from, rows);
            program.forward(partKey);
            hook.forward(program);
            diagnostics.add(program, from, rows);
            program.backward(partKey, 1 / divisor);
            tree.add(part == parts - 1);
        }
        diagnostics.end();
        return divisor;
    }

    /** The diagnostics of the last batch. */
    StepDiagnostics diagnostics() {
        return diagnostics;
    }

    /** The answers that the model gives for each row, of which {@link StepDiagnostics#right} counts the right ones; 0 if it gives none. */
    int answersPerRow() {
        return answers.perRow();
    }

    /**
     * A parameter whose gradient is not finite after {@link #compute}. The parameters are searched only if the diagnostics are not finite.
     */
    Optional<String> notFinite() {
        if (Double.isFinite(diagnostics.largest())) {
            return Optional.empty();
        }
        return gradient.layout().places().stream().map(Layout.Place::name)
                .filter(name -> DoubleStream.of(gradient.view(name).toDoubles()).anyMatch(g -> !Double.isFinite(g))).findFirst();
    }

    /** A running statistic that the forward passes of {@link #compute} have made not finite. */
    Optional<OverflowGuard.NotFinite> badStatistic() {
        return diagnostics.areStatisticsFinite() ? Optional.empty() : OverflowGuard.NotFinite.in(statistics, "model");
    }

    /** The operations that add in {@linkplain cairn.tensor.Operation#unordered() no fixed order}. */
    Set<String> unordered() {
        return programs.unordered();
    }

    /** The divisor of the mean loss of {@code batch}: the sum of the weights of its rows, which are 1 without class weights. */
    static double weight(Loss loss, Labels labels, Batch batch) {
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

    /** The first row of part {@code part}, if {@code rows} rows are cut into {@code parts} parts. */
    private static int cut(int rows, int parts, int part) {
        return (int) ((long) rows * part / parts);
    }
}
