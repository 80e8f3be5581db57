package cairn.train;

import cairn.data.Batch;
import cairn.data.BatchSource;
import cairn.data.Labels;
import cairn.nn.Network;
import cairn.optim.Clipping;
import cairn.optim.Optimizer;
import cairn.optim.WeightAverage;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recovery.Fault;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Elementwise;
import cairn.train.device.BatchFeed;
import cairn.train.device.DeviceDiagnostics;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * The update of a step in its parts: {@link #attempt} computes loss and gradient of its batch, then {@link #apply} makes the
 * update with it, or {@link #undo} undoes it. It knows no state but that of the network and the optimizer.
 */
final class StepUpdate {

    /**
     * The gradient of a batch; its numbers are in the gradient vector.
     *
     * @param loss the batch's loss
     * @param squares Σ g² over the whole gradient before clipping, where the loss or a gradient is not finite; otherwise 0, because it costs time
     * @param norm the gradient's norm before clipping, where clipping computes it
     * @param notFinite a parameter whose gradient is not finite, if there is one
     */
    record Attempt(Batch batch, double loss, double squares, OptionalDouble norm, Optional<String> notFinite) {
        /** Whether loss and gradient are the same, as far as their sums tell, to the bit. */
        boolean sameNumbers(Attempt that) {
            return Double.doubleToLongBits(loss) == Double.doubleToLongBits(that.loss)
                    && Double.doubleToLongBits(squares) == Double.doubleToLongBits(that.squares) && norm.equals(that.norm);
        }

        /** What is wrong with it, if anything is; a loss above {@code lossLimit} is a spike. */
        Optional<Fault> fault(long step, double rate, OptionalDouble lossLimit) {
            double infinite = Double.POSITIVE_INFINITY;
            if (!Double.isFinite(loss)) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_LOSS, "loss", loss, infinite, step, rate));
            } else if (notFinite.isPresent()) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_GRADIENT, "gradient of " + notFinite.get(), squares, infinite, step, rate));
            } else if (!Double.isFinite(norm.orElse(0))) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_GRADIENT, "gradient's norm", norm.getAsDouble(), infinite, step, rate));
            } else if (lossLimit.isPresent() && loss > lossLimit.getAsDouble()) {
                return Optional.of(fault(Fault.Kind.SPIKE, "loss", loss, lossLimit.getAsDouble(), step, rate));
            }
            return Optional.empty();
        }

        private Fault fault(Fault.Kind kind, String what, double value, double limit, long step, double rate) {
            return new Fault(kind, step, what, value, limit, rate, Arrays.stream(batch.rows(), 0, batch.size()).boxed().toList());
        }
    }

    /**
     * A gradient whose loss and norm have not been read.
     *
     * @param rows of its batch
     * @param divisor what the sum of losses is divided by
     */
    record Unread(int rows, double divisor) {
    }

    private final BatchSource batches;
    private final Key chance;
    private final BatchGradient gradients;
    private final ParameterVector gradient;
    private final Optional<Clipping.Clip> clip;
    private final Optimizer.Update update;
    private final Optional<WeightAverage.Averaging> averaging;
    private final Operation keepBuffers;
    private final Operation putBuffersBack;

    /** Wires {@code network} for the full and the short batches of {@code batches}, which {@code feed} copies into it. */
    StepUpdate(Recipe recipe, Network network, OptimizerVectors vectors, Optional<ParameterVector> average, Labels labels,
            BatchSource batches, BatchFeed feed, int[] batchSizes, Key chance) {
        this.batches = batches;
        this.chance = chance;
        this.gradient = vectors.gradient();
        this.gradients = new BatchGradient(network, recipe.loss(), labels, feed, recipe.data().microBatches(), gradient);
        this.update = recipe.optimizer().wire(vectors);
        this.clip = recipe.clip().map(c -> c.wire(gradient.flat()));
        this.averaging = recipe.average().map(a ->
                a.wire(network.parameters().flat(), average.orElseThrow().flat(), scratch(network)));
        ParameterVector kept = new ParameterVector(network.buffers().layout(), network.buffers().flat().type());
        this.keepBuffers = Elementwise.copy(network.buffers().flat(), kept.flat());
        this.putBuffersBack = Elementwise.copy(kept.flat(), network.buffers().flat());
        for (int size : batchSizes) {
            gradients.wire(size);
        }
    }

    /**
     * Scratch memory of one number for each weight: the gradient, which is not needed any more when averaging begins; or memory of its own
     * where frozen weights have no gradient.
     */
    private Array scratch(Network network) {
        Array theta = network.parameters().flat();
        return network.trained() != network.parameters() ? Array.zeros(theta.type(), theta.shape()) : gradient.flat();
    }

    /** Computes and reads loss and gradient of the batch of the step after {@code step} updates. If it throws, nothing has changed. */
    Attempt attempt(long step, StepHook hook) {
        return computed(step, hook, (batch, divisor) -> {
            double loss = gradients.diagnostics().lossSum() * (1 / divisor);
            hook.gradient(gradient);
            Optional<String> notFinite = gradients.notFinite();
            double squares = notFinite.isEmpty() && Double.isFinite(loss) ? 0 : gradients.diagnostics().squares();
            clip.ifPresent(Clipping.Clip::apply);
            return new Attempt(batch, loss, squares, clip.isPresent() ? clip.get().norm() : OptionalDouble.empty(), notFinite);
        });
    }

    /** As {@link #attempt}, without reading anything: loss and gradient stay in the diagnostics until the next batch. */
    Unread compute(long step) {
        return computed(step, StepHook.NONE, (batch, divisor) -> {
            clip.ifPresent(Clipping.Clip::apply);
            return new Unread(batch.size(), divisor);
        });
    }

    /** Makes the update that follows {@code step} updates once more; returns its loss. */
    double redo(long step, double rate) {
        Attempt attempt = attempt(step, StepHook.NONE);
        apply(rate, step);
        return attempt.loss();
    }

    /** Several of these updates at once, where reading the loss of each would make a GPU wait. {@code part} is what updates change. */
    Optional<SpeculativeSteps> speculative(Snapshottable part, Optional<Clipping> clipping) {
        return gradients.diagnostics() instanceof DeviceDiagnostics found
                ? Optional.of(new SpeculativeSteps(this, found, part, clipping.filter(Clipping::usesNorm).isPresent())) : Optional.empty();
    }

    private <T> T computed(long step, StepHook hook, BiFunction<Batch, Double, T> then) {
        Batch batch = batches.at(step);
        Key key = chance.fold(step);
        keepBuffers.run(key);
        boolean isDone = false;
        try {
            hook.begin();
            T result = then.apply(batch, gradients.of(batch, key, hook));
            isDone = true;
            return result;
        } finally {
            if (!isDone) {
                putBuffersBack.run(key);
            }
        }
    }

    /** Makes the update that follows {@code step} updates, with the gradient of the last attempt. */
    void apply(double rate, long step) {
        update.apply(rate, step + 1);
        averaging.ifPresent(a -> a.apply(step + 1));
    }

    /** The operations that add in {@linkplain Operation#unordered() no fixed order}. */
    Set<String> unordered() {
        Set<String> all = new TreeSet<>(gradients.unordered());
        all.addAll(update.unordered());
        return all;
    }

    /** Undoes what the last attempt changed: the running statistics. */
    void undo() {
        putBuffersBack.run(chance);
    }
}
