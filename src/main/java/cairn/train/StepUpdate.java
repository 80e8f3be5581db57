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
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Elementwise;
import cairn.train.device.BatchFeed;
import cairn.train.device.DeviceDiagnostics;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * The update of a step in its parts: {@link #attempt} computes loss and gradient of its batch, then {@link #apply} makes the
 * update with it, or {@link #undo} leaves everything as it was. It knows no state but the network's and the optimizer's.
 */
public final class StepUpdate {

    /**
     * The gradient of a batch, which stands in the gradient vector.
     *
     * @param loss the batch's loss
     * @param squares Σ g² over the whole gradient before clipping, where the loss or a gradient is not finite; else 0, for it is not free
     * @param norm the gradient's norm before clipping, where clipping computes it
     * @param notFinite a parameter whose gradient is not finite, if there is one
     */
    public record Attempt(Batch batch, double loss, double squares, OptionalDouble norm, Optional<String> notFinite) {
        /** Whether loss and gradient are the same, as far as their sums tell, to the bit. */
        boolean sameNumbers(Attempt that) {
            return Double.doubleToLongBits(loss) == Double.doubleToLongBits(that.loss)
                    && Double.doubleToLongBits(squares) == Double.doubleToLongBits(that.squares) && norm.equals(that.norm);
        }
    }

    /**
     * A gradient that nobody has looked at.
     *
     * @param rows of its batch
     * @param divisor what the sum of losses is divided by
     */
    record Unseen(int rows, double divisor) {
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

    /** Wires {@code network} for the whole and the short batches of {@code batches}, which {@code feeding} brings into it. */
    StepUpdate(Recipe recipe, Network network, OptimizerVectors vectors, Optional<ParameterVector> average, Labels labels,
            BatchSource batches, BatchFeed feeding, int[] batchSizes, Key chance) {
        this.batches = batches;
        this.chance = chance;
        this.gradient = vectors.gradient();
        this.gradients = new BatchGradient(network, recipe.loss(), labels, feeding, recipe.data().microBatches(), gradient);
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

    /** Room for one number of each weight: the gradient, which is gone when averaging begins, unless some have none. */
    private Array scratch(Network network) {
        Array theta = network.parameters().flat();
        return network.trained() != network.parameters() ? Array.zeros(theta.type(), theta.shape()) : gradient.flat();
    }

    /** Computes loss and gradient of the batch of the step after {@code step} updates, and looks; throws as if nothing had been done. */
    public Attempt attempt(long step, StepHook probe) {
        return computed(step, probe, (batch, divisor) -> {
            double loss = gradients.findings().lossSum() * (1 / divisor);
            probe.gradient(gradient);
            Optional<String> notFinite = gradients.notFinite();
            double squares = notFinite.isEmpty() && Double.isFinite(loss) ? 0 : gradients.findings().squares();
            clip.ifPresent(Clipping.Clip::apply);
            return new Attempt(batch, loss, squares, clip.isPresent() ? clip.get().norm() : OptionalDouble.empty(), notFinite);
        });
    }

    /** The same without looking. What is found out of it stands in the findings until the next one. */
    Unseen compute(long step) {
        return computed(step, StepHook.NONE, (batch, divisor) -> {
            clip.ifPresent(Clipping.Clip::apply);
            return new Unseen(batch.size(), divisor);
        });
    }

    /** Makes several steps at once of this, where looking at each would make a card wait. {@code part} is what updates change. */
    Optional<SpeculativeSteps> stride(Snapshottable part) {
        return gradients.findings() instanceof DeviceDiagnostics laid ? Optional.of(new SpeculativeSteps(this, laid, part)) : Optional.empty();
    }

    private <T> T computed(long step, StepHook probe, BiFunction<Batch, Double, T> then) {
        Batch batch = batches.at(step);
        Key key = chance.fold(step);
        keepBuffers.run(key);
        boolean isDone = false;
        try {
            probe.begin();
            T result = then.apply(batch, gradients.of(batch, key, probe));
            isDone = true;
            return result;
        } finally {
            if (!isDone) {
                putBuffersBack.run(key);
            }
        }
    }

    /** Makes the update of that step with the gradient of the last attempt. */
    public void apply(double rate, long step) {
        update.apply(rate, step + 1);
        averaging.ifPresent(a -> a.apply(step + 1));
    }

    /** What adds in {@linkplain Operation#unordered() no fixed order}. */
    Set<String> unordered() {
        Set<String> all = new TreeSet<>(gradients.unordered());
        all.addAll(update.unordered());
        return all;
    }

    /** Takes back what the last attempt changed: the running statistics. */
    void undo() {
        putBuffersBack.run(chance);
    }
}
