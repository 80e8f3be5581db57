package cairn.explain;

import cairn.explain.Finding.Certainty;
import cairn.run.Series;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A plateau: the loss stops falling with much left to learn. Three kinds, asked in this order:
 *
 * <pre>
 *     the schedule ended    the share of the last steps with a rate of at most 0.001 of the highest          ill from 0.2, if left >= 0.2
 *     the rate is too low   the median of the largest |Δθ| / |θ| of a layer, in every look with a rate       ill below 0.0002, if left >=
 * 0.3
 *     stuck                 left in the last tenth, and its change since the fifth tenth                     ill from 0.9, and below 0.05
 * </pre>
 *
 * The usual update is 0.001 of the weights (Karpathy, 2019); the recipes of Cairn have 0.0015 to 0.04. Their schedules are below 0.001 of
 * the highest rate for up to 0.03 of the steps, and their left at the end is up to 0.1.
 */
final class Stalled implements Rule {
    static final double ENDED = 0.2;
    static final double OFF = 1e-3;
    static final double SMALL = 2e-4;
    static final double STUCK = 0.9;
    static final double FLAT = 0.05;

    @Override
    public Optional<Finding> find(Symptoms s) {
        OptionalDouble left = s.left();
        if (s.isShort() || left.isEmpty() || s.rate().isEmpty()) {
            return Optional.empty();
        }
        return ended(s, left.getAsDouble()).or(() -> tooLow(s, left.getAsDouble())).or(() -> stuck(s, left.getAsDouble()));
    }

    private static Optional<Finding> ended(Symptoms s, double left) {
        double most = s.course().rates().values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        Optional<Long> since = Optional.empty();
        for (Map.Entry<Long, Double> rate : s.course().rates().descendingMap().entrySet()) {
            if (rate.getValue() > OFF * most) {
                break;
            }
            since = Optional.of(rate.getKey());
        }
        double share = since.map(step -> (double) s.course().rates().tailMap(step, true).size() / s.course().rates().size()).orElse(0.0);
        if (most <= 0 || share < ENDED || left < 0.2) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(Illness.PLATEAU, Certainty.CERTAIN, since.get(), String.format(Locale.ROOT,
                "The schedule had ended at step %d: for"
                        + " the last %.0f %% of the steps the learning rate is next to 0, and much is left to learn.", since.get(),
                        100 * share),
                List.of(Evidence.above("the share of the steps after the end of the schedule", share, ENDED, since.get()),
                        Evidence.above("the share of the loss that is left to learn at the end", left, 0.2, s.course().last())))
                .seenIn(new Next.Plot(List.of(Series.LOSS, Series.LEARNING_RATE), "loss and rate"))
                .decidedBy(new Next.Branch(since.get() - 1, "constant-rate", Map.of("schedule", "{rule: constant}"),
                "from where it ended, with a constant"
                        + " rate")));
    }

    private static Optional<Finding> tooLow(Symptoms s, double left) {
        List<Double> updates = s.looks().stream().flatMap(r -> r.usual("update-ratio").stream()).filter(u -> u > 0).toList();
        double largest = updates.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        if (!(largest < SMALL) || left < 0.3) {
            return Optional.empty();
        }
        double rate = s.rate().getAsDouble();
        return Optional.of(Finding.of(Illness.PLATEAU, Certainty.CERTAIN, s.course().first() - 1,
                "The learning rate is too low: an update changes the"
                        + " weights of no layer by more than " + Evidence.number(largest) + " of their size, and much is left to learn.",
                List.of(Evidence.below("the largest usual update relative to the weights", largest, SMALL, s.course().first()),
                        Evidence.above("the share of the loss that is left to learn at the end", left, 0.3, s.course().last()),
                        Evidence.of("the learning rate", rate)))
                .seenIn(new Next.Plot(List.of(Series.LOSS, Series.LEARNING_RATE), "loss and rate"))
                .decidedBy(s.changed("higher-rate", "optimizer.learning-rate", RateTooHigh.text(higher(rate, largest)),
                "the same training with a higher"
                        + " rate")));
    }

    /** The rate at which the largest usual update is about 0.003 of the weights, as a power of ten. */
    private static double higher(double rate, double update) {
        return Math.pow(10, Math.round(Math.log10(rate * Math.min(1000, 0.003 / update))));
    }

    private static Optional<Finding> stuck(Symptoms s, double left) {
        double change = Math.abs(left - s.left(0.4, 0.5).orElse(Double.NaN));
        if (left < STUCK || left > 1.5 || !(change < FLAT)) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(Illness.PLATEAU, Certainty.POSSIBLE, s.course().first() - 1,
                "The loss stays that of a constant output, so the model"
                        + " learns nothing from the features.",
                List.of(Evidence.above("the share of the loss that is left to learn at the end", left, STUCK, s.course().last()),
                        Evidence.below("its change in the second half of the steps", change, FLAT, s.course().last())))
                .seenIn(new Next.Plot(List.of(Series.LOSS, Series.LEARNING_RATE), "the loss of each step"))
                .decidedBy(new Next.Edit("other-model", "model",
                "Add a hidden layer with relu, or more units: the model may be too simple for the features. If that changes"
                        + " nothing, they say nothing about the labels")));
    }
}
