package cairn.train;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.nn.Network;
import cairn.optim.Bounds;
import cairn.optim.Optimizer;
import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Snapshottable;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.tensor.ShadowState;
import cairn.tensor.op.Magnitude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sees to it that no update leaves a number that is not finite in the weights, in the optimizer's vectors or in the averaged weights.
 *
 * <p>To look at all of them after each update would cost 5 to 10 % of a step, and a copy to go back to would cost more. So it keeps
 * {@linkplain Bounds bounds} of their magnitudes, which the rule lets grow with each update: as long as these are finite, so are the vectors.
 * Bounds that have grown too large are measured again. Only if the measured ones do not exclude an overflow either is the state copied
 * before the update, and every number looked at after it.
 */
final class OverflowGuard {
    /** A number of the state, or of what an update would make of it. */
    record NotFinite(String path, double value) {
        /** The first number of {@code vector} that is not finite. */
        static Optional<NotFinite> in(ParameterVector vector, String path) {
            for (Layout.Place place : vector.layout().places()) {
                for (double x : vector.view(place.name()).toDoubles()) {
                    if (!Double.isFinite(x)) {
                        return Optional.of(new NotFinite(path + "/" + place.name(), x));
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** A vector of the state, and a bound of its magnitudes when it is measured. */
    private record Part(String path, ParameterVector vector, Magnitude magnitude) {
        static Part of(String path, ParameterVector vector) {
            return new Part(path, vector, Magnitude.of(vector.flat()));
        }

        Optional<NotFinite> notFinite() {
            return Double.isFinite(magnitude.bound()) ? Optional.empty() : NotFinite.in(vector, path);
        }
    }

    private final Optimizer rule;
    private final boolean isFloat;
    private final double limit;
    private final Snapshottable trained;
    private final Part statistics;
    private final List<Part> slots;
    private final Part weights;
    private final Optional<Part> average;
    private final Bounds bounds;
    /** A bound of the averaged weights. */
    @Ephemeral(value = "measured together with the others", kind = SCRATCH)
    private double largestAverage = Double.NaN;
    @Ephemeral(value = "made when first needed; taken before it is put", kind = WIRING)
    private ShadowState before;

    /**
     * @param slots the rule's vectors
     * @param trained everything that updates change
     */
    OverflowGuard(Optimizer rule, Network network, Map<String, ParameterVector> slots, Optional<ParameterVector> average,
            Snapshottable trained) {
        this.rule = rule;
        this.isFloat = network.parameters().flat().type() == ElementType.F32;
        // Far enough below the largest number for what a few operations add.
        this.limit = (isFloat ? Float.MAX_VALUE : Double.MAX_VALUE) / 8;
        this.trained = trained;
        this.statistics = Part.of("model", network.buffers());
        this.slots = slots.entrySet().stream().map(e -> Part.of("optimizer/" + e.getKey(), e.getValue())).toList();
        this.weights = Part.of("model", network.parameters());
        this.average = average.map(a -> Part.of("average", a));
        this.bounds = new Bounds(slots.size());
    }

    /** Whether the rule says how an update lets its vectors grow; otherwise the state is copied before every update. */
    boolean isRuleKnown() {
        Bounds ones = new Bounds(slots.size());
        for (int i = 0; i < slots.size(); i++) {
            ones.setVector(i, 1);
        }
        ones.measured(1);
        ones.begin(1);
        rule.bound(ones, 0);
        return Double.isFinite(ones.largest());
    }

    /** Measures what the next update works on, if nothing is known of it. */
    void begin() {
        if (Double.isNaN(bounds.weights())) {
            measure();
        }
    }

    /** Nothing is known any more of the vectors: something else than an update may have changed them. */
    void forget() {
        bounds.measured(Double.NaN);
    }

    /**
     * Whether the next update certainly leaves finite numbers; if so, it must be made.
     *
     * @param gradient a number that no number of the gradient exceeds in magnitude
     */
    boolean isSafe(double gradient, double rate) {
        bounds.begin(gradient);
        rule.bound(bounds, isFloat ? (float) rate : rate);
        if (average.isPresent()) {
            // The difference between weights and average; the new average is a mean of the two.
            bounds.passes(bounds.weights() + largestAverage);
            largestAverage = Math.max(largestAverage, bounds.weights()) * Bounds.ROUNDING;
        }
        return bounds.largest() <= limit;
    }

    /** As {@link #isSafe}, after measuring the vectors. */
    boolean isSafeAsMeasured(double gradient, double rate) {
        measure();
        return isSafe(gradient, rate);
    }

    private void measure() {
        for (int i = 0; i < slots.size(); i++) {
            bounds.setVector(i, slots.get(i).magnitude().bound());
        }
        bounds.measured(weights.magnitude().bound());
        if (average.isPresent()) {
            largestAverage = average.get().magnitude().bound();
        }
    }

    /** Makes {@code update}, unless it leaves a number that is not finite: then nothing has changed. */
    Optional<NotFinite> attempt(Runnable update) {
        forget();
        if (before == null) {
            before = new ShadowState(trained);
        } else {
            before.take();
        }
        try {
            update.run();
        } catch (RuntimeException | Error e) {
            before.put();
            throw e;
        }
        Optional<NotFinite> made = first();
        if (made.isPresent()) {
            before.put();
        }
        return made;
    }

    /** The first number of the state that is not finite, in the order in which a step makes them: so it is nearest to the cause. */
    Optional<NotFinite> first() {
        return Stream.concat(Stream.of(statistics), Stream.concat(slots.stream(), Stream.concat(Stream.of(weights), average.stream())))
                .flatMap(part -> part.notFinite().stream()).findFirst();
    }
}
