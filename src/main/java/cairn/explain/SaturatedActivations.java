package cairn.explain;

import cairn.explain.Finding.Certainty;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Saturated activations: tanh or sigmoid outputs at their limits, where the derivative is nearly 0.
 *
 * <pre>
 *     s = the largest share of a layer's outputs with |tanh| > 0.99, or sigmoid below 0.005 or above 0.995    ill from 0.7
 *     left = the share of the loss that is left to learn                                                      ill from 0.2
 * </pre>
 *
 * At 0.99 the derivative of tanh is 0.02 (Glorot and Bengio, AISTATS 2010, section 3). The recipes of Cairn have 0.1 at the beginning and
 * up to 0.25 at the end.
 */
final class SaturatedActivations implements Rule {
    static final double SHARE = 0.7;
    static final double LEFT = 0.2;

    @Override
    public Optional<Finding> find(Symptoms s) {
        OptionalDouble left = s.left();
        Optional<Reading.Worst> now = s.looks().stream().max(Comparator.comparingLong(Reading::from)).flatMap(Reading::worstSaturated)
                .filter(w -> w.value() >= SHARE);
        if (s.isShort() || left.isEmpty() || left.getAsDouble() < LEFT || now.isEmpty()) {
            return Optional.empty();
        }
        String layer = now.get().layer();
        boolean fromTheBeginning = s.beginning().map(b -> b.saturated().getOrDefault(layer, 0.0) >= SHARE).orElse(false);
        long since = fromTheBeginning ? s.course().first() - 1 : s.looks().stream()
                .filter(r -> !r.isBeginning() && r.saturated().getOrDefault(layer, 0.0) >= SHARE).mapToLong(Reading::from).min()
                .getAsLong();
        return Optional.of(Finding.of(Illness.SATURATED_ACTIVATIONS, Certainty.CERTAIN, since,
                "Of the outputs of " + layer + ", " + Evidence.number(100 * now.get().value()) + " % are at their limits"
                        + (fromTheBeginning ? ", from the initial weights on" : "")
                        + ". The derivative there is nearly 0, so what is before it hardly"
                        + " learns.",
                List.of(Evidence.above("the share of outputs of " + layer + " at their limits", now.get().value(), SHARE, now.get().step()),
                        Evidence.above("the share of the loss that is left to learn at the end", left.getAsDouble(), LEFT, s.course()
                                .last())))
                .in(layer)
                .seenIn(new Next.Watch(s.course().first(), Math.min(s.course().last(), s.course().first() + 9), Next.What.ACTIVATIONS,
                Optional.of(layer),
                        "the outputs of the layer"))
                .decidedBy(fromTheBeginning
                        ? new Next.Edit("other-model", "model",
                        "Give the layer before it smaller initial weights (init: glorot), or put a batch-norm or layer-norm"
                                + " before " + layer)
                        : s.changed("lower-rate", "optimizer.learning-rate", RateTooHigh.text(s.rate().orElse(0.001) / 10),
                                "a lower rate, because large weights saturate")));
    }
}
