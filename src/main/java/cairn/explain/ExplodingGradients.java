package cairn.explain;

import cairn.explain.Finding.Certainty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Exploding gradients: the initial weights make the gradient grow from layer to layer.
 *
 * <pre>
 *     n = the largest norm of a layer's gradient at the first update, before clipping             ill from 1000
 *     r = rms of the gradient of the first layer's weights / that of the last one's, there       ill from 100
 *     left = the share of the loss that is left to learn                                          ill from 0.5
 * </pre>
 *
 * Norms are clipped at 1 to 10 usually (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML
 * 2013). The recipes of Cairn begin with norms of 0.5 to 67 and ratios of 0.1 to 0.6.
 */
final class ExplodingGradients implements Rule {
    static final double NORM = 1000;
    static final double RATIO = 100;
    static final double LEFT = 0.5;

    @Override
    public Optional<Finding> find(Symptoms s) {
        Optional<Reading> beginning = s.beginning();
        OptionalDouble left = s.left();
        if (beginning.isEmpty() || left.isEmpty() || left.getAsDouble() < LEFT) {
            return Optional.empty();
        }
        Optional<Reading.Worst> norm = beginning.get().largest("gradient-norm").filter(w -> w.value() >= NORM);
        Optional<Reading.Worst> ratio = beginning.get().firstToLast().filter(w -> w.value() >= RATIO);
        if (norm.isEmpty() && ratio.isEmpty()) {
            return Optional.empty();
        }
        List<Evidence> evidence = new ArrayList<>();
        norm.ifPresent(n -> evidence.add(Evidence.above("the norm of the gradient of " + n.layer(), n.value(), NORM, n.step())));
        ratio.ifPresent(r -> evidence.add(Evidence.above("the gradient of " + r.layer() + " relative to that of the last layer",
                r.value(), RATIO,
                r.step())));
        evidence.add(Evidence.above("the share of the loss that is left to learn at the end", left.getAsDouble(), LEFT, s.course().last()));
        String layer = norm.or(() -> ratio).get().layer();
        return Optional.of(Finding.of(Illness.EXPLODING_GRADIENTS, Certainty.LIKELY, s.course().first() - 1,
                "With the initial weights the gradient " + norm.map(n -> "of " + layer + " has a norm of " + Evidence.number(n.value()))
                        .orElse("grows from layer to layer on its way back") + ". Steps along it lead nowhere, or to infinity.", evidence)
                        .in(layer)
                .seenIn(new Next.Watch(s.course().first(), Math.min(s.course().last(), s.course().first() + 9), Next.What.GRADIENTS,
                Optional.empty(),
                        "the gradient of each layer"))
                .decidedBy(s.changed("clipped", "clip", "{kind: norm, norm: 1.0}", "the same training with a clipped gradient"),
                        new Next.Edit("other-model", "model",
                                "Give the layers smaller initial weights (init: he or glorot), or a batch-norm or layer-norm between"
                                + " them")));
    }
}
