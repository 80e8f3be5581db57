package cairn.train;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.data.Batch;
import cairn.data.BatchSource;
import cairn.data.Labels;
import cairn.nn.Network;
import cairn.optim.AgedParts;
import cairn.optim.Clipping;
import cairn.optim.Optimizer;
import cairn.optim.WeightAverage;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recovery.Fault;
import cairn.state.Ephemeral;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Magnitude;
import cairn.train.device.BatchFeed;
import cairn.train.device.DeviceDiagnostics;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;

/**
 * The update of a step: {@link #attempt} computes loss and gradient of the batch; then {@link #apply} makes the update with it, or
 * {@link #undo} undoes it. It uses only the state of the network and the optimizer.
 */
final class StepUpdate {

    /**
     * The gradient of a batch; its numbers are in the gradient vector.
     *
     * @param loss the batch's loss
     * @param squares Σ g² over the whole gradient before clipping if the loss or a gradient is not finite; otherwise 0, because it costs
     *     time
     * @param norm the gradient's norm before clipping, if clipping computes it
     * @param notFinite a parameter whose gradient is not finite, if there is one
     * @param right the right answers of the model for the batch
     * @param answers its answers
     * @param largest a number that no number of the gradient exceeds after clipping
     * @param statistic a running statistic that the forward pass has made not finite, if there is one
     */
    record Attempt(Batch batch, double loss, double weight, int right, int answers, double squares, OptionalDouble norm, Optional<String> notFinite,
            double largest, Optional<OverflowGuard.NotFinite> statistic) {
        /** Whether the sums of losses and gradients are equal to the bit. */
        boolean sameNumbers(Attempt that) {
            return Double.doubleToLongBits(loss) == Double.doubleToLongBits(that.loss)
                    && Double.doubleToLongBits(squares) == Double.doubleToLongBits(that.squares) && norm.equals(that.norm);
        }

        /** The fault of this attempt, if it has one; a loss above {@code lossLimit} is a spike. */
        Optional<Fault> fault(long step, double rate, OptionalDouble lossLimit) {
            double infinite = Double.POSITIVE_INFINITY;
            if (weight == 0) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_MEAN, "loss", loss, infinite, step, rate));
            } else if (!Double.isFinite(loss)) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_LOSS, "loss", loss, infinite, step, rate));
            } else if (notFinite.isPresent()) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_GRADIENT, "gradient of " + notFinite.get(), squares, infinite, step, rate));
            } else if (!Double.isFinite(norm.orElse(0))) {
                return Optional.of(fault(Fault.Kind.NON_FINITE_GRADIENT, "gradient's norm", norm.getAsDouble(), infinite, step, rate));
            } else if (statistic.isPresent()) {
                return statistic.map(s -> fault(s, step, rate));
            } else if (lossLimit.isPresent() && loss > lossLimit.getAsDouble()) {
                return Optional.of(fault(Fault.Kind.SPIKE, "loss", loss, lossLimit.getAsDouble(), step, rate));
            }
            return Optional.empty();
        }

        private Fault fault(OverflowGuard.NotFinite made, long step, double rate) {
            return fault(Fault.Kind.NON_FINITE_UPDATE, made.path(), made.value(), Double.POSITIVE_INFINITY, step, rate);
        }

        private Fault fault(Fault.Kind kind, String what, double value, double limit, long step, double rate) {
            return new Fault(kind, step, what, value, limit, rate, Arrays.stream(batch.rows(), 0, batch.size()).boxed().toList(),
                    Optional.empty());
        }
    }

    private final BatchSource batches;
    private final Key key;
    private final BatchGradient gradients;
    private final ParameterVector gradient;
    private final Optional<Clipping.Clip> clip;
    private final AgedParts<Optimizer.Update> update;
    private final Optional<AgedParts<WeightAverage.Averaging>> averaging;
    private final boolean mayEnlarge;
    private final Magnitude clipped;
    private final OverflowGuard guard;
    /** Kept, so that a step makes none. */
    private final ObjLongConsumer<Optimizer.Update> applyPart = (part, t) -> part.apply(this.rateOfParts, t);
    @Ephemeral(value = "set before each update", kind = SCRATCH)
    private double rateOfParts;
    private final Operation keepBuffers;
    private final Operation restoreBuffers;

    /**
     * Wires {@code network} for batches of each size.
     *
     * @param feed copies a batch into the network
     * @param key the source of the dropout masks
     * @param trained everything that updates change
     */
    StepUpdate(Recipe recipe, Network network, OptimizerVectors vectors, Optional<AveragedWeights> average, Labels labels,
            BatchSource batches, BatchFeed feed, int[] batchSizes, Key key, Snapshottable trained) {
        this.batches = batches;
        this.key = key;
        this.gradient = vectors.gradient();
        this.gradients = new BatchGradient(network, recipe.loss(), labels, feed, recipe.data().microBatches(),
                IntStream.of(batchSizes).max().orElse(0), gradient);
        this.update = vectors.wire(recipe.optimizer());
        this.clip = recipe.clip().map(c -> c.wire(gradient.flat()));
        this.mayEnlarge = recipe.clip().filter(c -> !c.onlyShortens()).isPresent();
        this.clipped = Magnitude.of(gradient.flat());
        this.averaging = average.map(a -> a.wire(scratch(network)));
        this.guard = new OverflowGuard(recipe.optimizer(), network, vectors.vectors(), average.map(AveragedWeights::vector), trained);
        ParameterVector kept = new ParameterVector(network.buffers().layout(), network.buffers().flat().type());
        this.keepBuffers = Elementwise.copy(network.buffers().flat(), kept.flat());
        this.restoreBuffers = Elementwise.copy(kept.flat(), network.buffers().flat());
        for (int size : batchSizes) {
            gradients.wire(size);
        }
    }

    /**
     * Scratch memory with one number for each weight: the gradient, which is not needed any more when averaging begins. With frozen weights
     * the gradient is too small, so it is memory of its own.
     */
    private Array scratch(Network network) {
        Array theta = network.parameters().flat();
        return network.trained() != network.parameters() ? Array.zeros(theta.type(), theta.shape()) : gradient.flat();
    }

    /** Computes and reads loss and gradient of the batch of the step after {@code step} updates. If it throws, nothing has changed. */
    Attempt attempt(long step, StepHook hook) {
        return compute(step, hook, 0, (batch, divisor) -> {
            double loss = gradients.diagnostics().lossSum() * (1 / divisor);
            hook.gradient(gradient);
            Optional<String> notFinite = gradients.notFinite();
            double squares = notFinite.isEmpty() && Double.isFinite(loss) ? 0 : gradients.diagnostics().squares();
            clip.ifPresent(notFinite.isEmpty() && !Double.isFinite(gradients.diagnostics().largest()) ? Clipping.Clip::applyToLarge
                    : Clipping.Clip::apply);
            return new Attempt(batch, loss, divisor, gradients.diagnostics().right(), batch.size() * gradients.answersPerRow(), squares, clip.isPresent() ? clip.get().norm() : OptionalDouble.empty(), notFinite,
                    mayEnlarge ? clipped.bound() : gradients.diagnostics().largest(), gradients.badStatistic());
        });
    }

    /**
     * As {@link #attempt}, without reading anything: loss and gradient stay in the diagnostics until the next batch.
     *
     * @param slot where the labels of the batch are kept
     * @param divisors receives the divisor of the sum of the losses, at {@code slot}
     * @return the rows of the batch
     */
    int compute(long step, int slot, double[] divisors) {
        return compute(step, StepHook.NONE, slot, (batch, divisor) -> {
            clip.ifPresent(Clipping.Clip::apply);
            divisors[slot] = divisor;
            return batch.size();
        });
    }

    /** Makes the update after {@code step} updates again; returns its loss. */
    double redo(long step, double rate) {
        Attempt attempt = attempt(step, StepHook.NONE);
        apply(rate, step);
        return attempt.loss();
    }

    /**
     * Makes several updates at once on a GPU, which would wait if each loss were read; empty on the CPU. {@code trained} is what they
     * change.
     */
    Optional<SpeculativeSteps> speculative(Snapshottable trained, Optional<Clipping> clipping) {
        return gradients.diagnostics() instanceof DeviceDiagnostics diagnostics && guard.isRuleKnown() && !mayEnlarge
                ? Optional.of(new SpeculativeSteps(this, diagnostics, trained, gradients.answersPerRow(),
                        clipping.filter(Clipping::usesNorm).isPresent()))
                : Optional.empty();
    }

    private <T> T compute(long step, StepHook hook, int slot, BiFunction<Batch, Double, T> then) {
        Batch batch = batches.at(step);
        keepBuffers.run();
        boolean isDone = false;
        try {
            hook.begin();
            T result = then.apply(batch, gradients.compute(batch, key.fold(step), hook, slot));
            isDone = true;
            return result;
        } finally {
            if (!isDone) {
                undo();
            }
        }
    }

    /**
     * Makes the update after {@code step} updates with the gradient of {@code attempt}, the last one, unless it has a fault or the update
     * would leave a number that is not finite: then nothing has changed.
     */
    Optional<Fault> make(Attempt attempt, long step, double rate, OptionalDouble lossLimit) {
        Optional<Fault> fault = attempt.fault(step, rate, lossLimit);
        if (fault.isEmpty()) {
            guard.begin();
            if (guard.isSafe(attempt.largest(), rate) || guard.isSafeAsMeasured(attempt.largest(), rate)) {
                apply(rate, step);
            } else {
                fault = guard.attempt(() -> apply(rate, step)).map(made -> attempt.fault(made, step, rate));
            }
        }
        return fault.isPresent() ? Optional.of(undone(fault.get(), step)) : fault;
    }

    private Fault undone(Fault fault, long step) {
        undo();
        return switch (fault.kind()) {
            case NON_FINITE_LOSS, NON_FINITE_GRADIENT -> fault.from(origin(step));
            case NON_FINITE_UPDATE -> alreadyThere(fault);
            default -> fault;
        };
    }

    /** Repeats the forward pass of the batch, and says which layer gives the first number that is not finite. */
    private Optional<String> origin(long step) {
        FirstNotFinite first = new FirstNotFinite();
        compute(step, first, 0, (batch, divisor) -> divisor);
        undo();
        return first.place();
    }

    /** An infinity that was in the state before the update is no fault of its batch. */
    private Fault alreadyThere(Fault fault) {
        return guard.first().map(there -> new Fault(Fault.Kind.NON_FINITE_STATE, fault.step(), there.path(), there.value(), fault.limit(),
                fault.learningRate(), fault.rows(), Optional.empty())).orElse(fault);
    }

    /** Makes the update after {@code step} updates with the gradient of the last attempt, whatever it makes. */
    void apply(double rate, long step) {
        rateOfParts = rate;
        update.apply(step + 1, applyPart);
        if (averaging.isPresent()) {
            averaging.get().apply(step + 1, WeightAverage.Averaging::apply);
        }
    }

    /** The operations that add in {@linkplain Operation#unordered() no fixed order}. */
    Set<String> unordered() {
        Set<String> all = new TreeSet<>(gradients.unordered());
        update.updates().forEach(part -> all.addAll(part.unordered()));
        return all;
    }

    /** Undoes the changes of the last attempt: the running statistics. Nothing is known of the vectors then, because a rule may follow. */
    void undo() {
        restoreBuffers.run();
        guard.forget();
    }

    /** Knows whether an update can overflow. */
    OverflowGuard guard() {
        return guard;
    }
}
