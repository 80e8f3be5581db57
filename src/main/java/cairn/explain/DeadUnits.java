package cairn.explain;

import cairn.explain.Finding.Certainty;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Dead units: relu units that are 0 for every row, and so have no gradient.
 *
 * <pre>
 *     d = the largest share of a layer's units that are 0 for each of at least 128 rows    ill from 0.8
 *     left = the share of the loss that is left to learn                                   ill from 0.2
 * </pre>
 *
 * Half of the outputs of a relu are 0 at the beginning, but not those of one unit for all rows (Lu and others, "Dying ReLU and
 * initialization", 2019). The recipes of Cairn have up to 0.35 over ten batches; a wide layer may have more and learn well.
 */
final class DeadUnits implements Rule {
    static final double SHARE = 0.8;
    static final double LEFT = 0.2;
    static final int ROWS = 128;

    @Override
    public Optional<Finding> find(Symptoms s) {
        OptionalDouble left = s.left();
        if (s.isShort() || left.isEmpty() || left.getAsDouble() < LEFT) {
            return Optional.empty();
        }
        // The latest look says whether they are dead, the first ill one since when.
        List<Reading> looks = s.looks().stream().filter(r -> r.rows() >= ROWS).toList();
        Optional<Reading.Worst> now = looks.stream().max(Comparator.comparingLong(Reading::from)).flatMap(Reading::worstDead)
                .filter(w -> w.value() >= SHARE);
        if (now.isEmpty()) {
            return Optional.empty();
        }
        String layer = now.get().layer();
        boolean fromTheBeginning = s.beginning().map(b -> b.dead().getOrDefault(layer, 0.0) >= SHARE).orElse(false);
        long since = fromTheBeginning ? s.course().first() - 1
                : looks.stream().filter(r -> r.dead().getOrDefault(layer, 0.0) >= SHARE).mapToLong(Reading::from).min().getAsLong();
        return Optional.of(Finding.of(Illness.DEAD_UNITS, Certainty.CERTAIN, Math.max(since, fromTheBeginning ? 0 : s.course().first()),
                "Of the units of " + layer + ", " + Evidence.number(100 * now.get().value()) + " % are 0 for every row that was looked at"
                        + (fromTheBeginning ? ", from the initial weights on" : "") + ". No gradient passes through them, so they stay so.",
                List.of(Evidence.above("the share of units of " + layer + " that are always 0", now.get().value(), SHARE, now.get().step()),
                        Evidence.above("the share of the loss that is left to learn at the end", left.getAsDouble(), LEFT, s.course()
                                .last())))
                .in(layer)
                .seenIn(new Next.Watch(Math.max(s.course().first(), s.course().last() - 9), s.course().last(), Next.What.ACTIVATIONS,
                        Optional.of(layer), "the outputs of the layer"))
                .decidedBy(fromTheBeginning
                        ? new Next.Edit("other-model", "model",
                        "Give the layer before it another init (he), put a batch-norm before the relu, or replace it by leaky-relu")
                        : s.changed("lower-rate", "optimizer.learning-rate", RateTooHigh.text(s.rate().orElse(0.001) / 10),
                                "a lower rate, because large updates push units below 0")));
    }
}
