package cairn.explain;

import cairn.explain.Finding.Certainty;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Class imbalance: a class is rare, and the model hardly ever names it.
 *
 * <pre>
 *     b = K · the share of the rarest of K classes among the training rows    ill up to 0.3
 *     R = the share of its rows that the model predicts rightly               ill up to 0.5, if it is at most 0.5 of the best class's
 * </pre>
 *
 * A mean over the rows hardly feels a rare class (He and Garcia, "Learning from imbalanced data", 2009). The recipes of Cairn have b from
 * 0.75.
 */
final class ClassImbalance implements Rule {
    static final double BALANCE = 0.3;
    static final double RECALL = 0.5;

    @Override
    public Optional<Finding> find(Symptoms s) {
        if (s.classes().isEmpty() || s.classes().get().recall().isEmpty() || s.isShort()) {
            return Optional.empty();
        }
        Symptoms.Classes c = s.classes().get();
        int rarest = c.rarest();
        double balance = (double) c.names().size() * c.rows().get(rarest) / c.total();
        double recall = c.recall().get(rarest);
        double best = c.recall().stream().filter(r -> !Double.isNaN(r)).mapToDouble(Double::doubleValue).max().orElse(0);
        if (balance > BALANCE || !(recall <= RECALL) || recall > 0.5 * best) {
            return Optional.empty();
        }
        String weights = IntStream.range(0, c.names().size()).mapToObj(k -> c.rows().get(k) == 0 ? "1.0"
                : RateTooHigh.text((double) c.total()
                / (c.names().size() * c.rows().get(k)))).collect(Collectors.joining(", ", "[", "]"));
        long last = s.course().isEmpty() ? 0 : s.course().last();
        return Optional.of(Finding.of(Illness.CLASS_IMBALANCE, Certainty.LIKELY, s.course().isEmpty() ? 0 : s.course().first() - 1,
                String.format(Locale.ROOT, "Of %d training rows, %d are of the class %s, and the model finds %.0f %% of them, but %.0f"
                        + " %% of the class that it"
                        + " finds best. It pays to ignore the rare class.", c.total(), c.rows().get(rarest), c.names().get(rarest),
                        100 * recall, 100 * best),
                List.of(Evidence.below("the share of the rarest class relative to equal shares", balance, BALANCE, last),
                        Evidence.below("the share of its rows that are predicted rightly", recall, RECALL, last)))
                .seenIn(new Next.Evaluate(last, "train", "precision and recall of each class"))
                .decidedBy(s.changed("weighted", "loss.class-weights", weights,
                        "the same training, in which each class weighs the same")));
    }
}
