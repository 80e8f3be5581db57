package cairn.explain;

import cairn.explain.Finding.Certainty;
import cairn.run.Series;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The learning rate is too high: updates as large as the weights, and a loss that grows.
 *
 * <pre>
 *     u = max over the layers and the first updates of |Δθ| / |θ|        ill from 1; usual is 0.001 (Karpathy, "A recipe for training
 *                                                                         neural networks", 2019), the recipes of Cairn reach 0.05
 *     g = max of the losses after the first / max(first loss, chance)    ill from 2; the recipes stay below 1.1
 * </pre>
 *
 * Both: certain. Without a look into the updates, g alone from {@link #SURE_GROWTH} is possible, because exploding gradients look the same.
 */
final class RateTooHigh implements Rule {
    static final double UPDATE = 1;
    static final double GROWTH = 2;
    static final double SURE_GROWTH = 10;

    @Override
    public Optional<Finding> find(Symptoms s) {
        double[] losses = s.course().finite();
        OptionalDouble rate = s.rate();
        if (losses.length < 2 || rate.isEmpty()) {
            return Optional.empty();
        }
        double usual = Math.max(losses[0], s.chance().orElse(losses[0]));
        Map.Entry<Long, Double> highest = highest(s.course());
        double growth = highest.getValue() / usual;
        if (!(growth >= GROWTH) || losses[0] <= 0) {
            return Optional.empty();
        }
        List<Reading> early = s.looks().stream().filter(r -> r.from() - s.course().first() < 20).toList();
        Optional<Reading.Worst> update = early.stream().flatMap(r -> r.largest("update-ratio").stream())
                .max(Comparator.comparingDouble(Reading.Worst::value));
        if (update.isPresent() ? update.get().value() < UPDATE : growth < SURE_GROWTH || s.spikes().size() > 0) {
            return Optional.empty();
        }
        long since = early.stream().flatMap(r -> r.reached("update-ratio", UPDATE).stream()).min(Comparator.naturalOrder())
                .map(step -> step - 1)
                .orElse(s.course().first() - 1);
        List<Evidence> evidence = new ArrayList<>();
        update.ifPresent(u -> evidence.add(Evidence.above("the update of " + u.layer() + " relative to its weights, |Δθ| / |θ|",
                u.value(), UPDATE,
                u.step())));
        evidence.add(Evidence.above("the largest loss relative to the first one, or to that of a constant output", growth, GROWTH,
                highest.getKey()));
        evidence.add(Evidence.of("the learning rate", rate.getAsDouble()));
        Finding found = Finding.of(Illness.LEARNING_RATE_TOO_HIGH, update.isPresent() ? Certainty.CERTAIN : Certainty.POSSIBLE, since,
                update.map(u -> "In one update the weights of " + u.layer() + " change by " + Evidence.number(u.value())
                        + " times their own size, and "
                        + "the loss grows. Each update jumps over what the one before has found.")
                        .orElse("The loss grows to " + Evidence.number(growth)
                        + " times its usual size, as with a learning rate that is too high."),
                evidence);
        return Optional.of(update.map(u -> found.in(u.layer())).orElse(found)
                .seenIn(new Next.Plot(List.of(Series.LOSS, Series.LEARNING_RATE), "the loss of each step"),
                        new Next.Watch(s.course().first(), Math.min(s.course().last(), s.course().first() + 9), Next.What.UPDATES,
                                update.map(Reading.Worst::layer), "the updates relative to the weights"))
                .decidedBy(s.changed("lower-rate", "optimizer.learning-rate", text(lower(rate.getAsDouble(),
                update.map(Reading.Worst::value))),
                        "the same training with a lower rate")));
    }

    /** At most a power of ten lower than needed: the rate at which the largest update would be about 0.01 of the weights. */
    private static double lower(double rate, Optional<Double> update) {
        double by = update.map(u -> Math.min(1000, u / 0.01)).orElse(10.0);
        return Math.pow(10, Math.floor(Math.log10(rate / by)));
    }

    static String text(double value) {
        return BigDecimal.valueOf(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
    }

    private static Map.Entry<Long, Double> highest(Course course) {
        return course.losses().entrySet().stream().filter(e -> Double.isFinite(e.getValue()))
                .max(Map.Entry.<Long, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .orElseThrow();
    }
}
