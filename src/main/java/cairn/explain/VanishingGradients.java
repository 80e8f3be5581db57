package cairn.explain;

import cairn.explain.Finding.Certainty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Vanishing gradients: the backward pass reaches the first layers with next to nothing.
 *
 * <pre>
 *     v = rms of the gradient of the first layer's weights / that of the last one's, at the initial weights    ill up to 0.001
 *     left = the share of the loss that is left to learn                                                       ill from 0.5
 * </pre>
 *
 * A sigmoid multiplies the gradient by at most 1/4, so 5 of them give 0.001 (Hochreiter, 1991; Glorot and Bengio, AISTATS 2010, section 4).
 * The recipes of Cairn have 0.1 to 0.6.
 */
final class VanishingGradients implements Rule {
    static final double RATIO = 1e-3;
    static final double LEFT = 0.5;

    @Override
    public Optional<Finding> find(Symptoms s) {
        Optional<Reading.Worst> ratio = s.beginning().flatMap(Reading::firstToLast);
        OptionalDouble left = s.left();
        if (ratio.isEmpty() || s.isShort() || left.isEmpty() || ratio.get().value() > RATIO || left.getAsDouble() < LEFT) {
            return Optional.empty();
        }
        List<Map.Entry<String, Double>> layers = List.copyOf(s.beginning().orElseThrow().weightGradients().entrySet());
        Map.Entry<String, Double> first = layers.get(0);
        Map.Entry<String, Double> last = layers.get(layers.size() - 1);
        List<Evidence> evidence = new ArrayList<>(List.of(
                Evidence.below("the gradient of " + first.getKey() + " relative to that of " + last.getKey(), ratio.get().value(), RATIO,
                        ratio.get().step()),
                Evidence.above("the share of the loss that is left to learn at the end", left.getAsDouble(), LEFT, s.course().last())));
        layers.stream().filter(l -> l.getValue() >= RATIO * last.getValue()).findFirst().filter(l -> !l.getKey().equals(last.getKey()))
                .ifPresent(l -> evidence.add(Evidence.of("the gradient of " + l.getKey()
                + ", the first layer that it reaches, relative to that of "
                        + last.getKey(), l.getValue() / last.getValue(), ratio.get().step())));
        return Optional.of(Finding.of(Illness.VANISHING_GRADIENTS, Certainty.CERTAIN, s.course().first() - 1,
                "The gradient shrinks from layer to layer on its way back: at " + first.getKey() + " it is " + Evidence.number(ratio.get()
                        .value())
                        + " of what it is at " + last.getKey() + ", so the first layers do not learn.", evidence).in(first.getKey())
                .seenIn(new Next.Watch(s.course().first(), Math.min(s.course().last(), s.course().first() + 9), Next.What.GRADIENTS,
                Optional.empty(),
                        "the gradient of each layer"))
                .decidedBy(new Next.Edit("other-model", "model",
                "Give the layers relu instead of sigmoid or tanh, a batch-norm or layer-norm between them, or residual"
                        + " connections")));
    }
}
