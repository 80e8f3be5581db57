package cairn.train;

import cairn.optim.AgedParts;
import cairn.optim.Ages;
import cairn.optim.WeightAverage;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.List;
import java.util.Optional;

/**
 * The averaged weights, {@code average/0.dense/weight}. If the average has a warm-up, each parameter has an age too:
 * {@code average-age/0.dense/weight}, the number of updates since its average began as a copy of the weights.
 */
final class AveragedWeights implements Snapshottable {
    private final WeightAverage rule;
    private final ParameterVector weights;
    private final ParameterVector average;
    private final Optional<Ages> ages;

    AveragedWeights(WeightAverage rule, ParameterVector weights) {
        this.rule = rule;
        this.weights = weights;
        this.average = rule.start(weights);
        this.ages = rule.warmup() ? Optional.of(new Ages(weights.layout())) : Optional.empty();
    }

    ParameterVector vector() {
        return average;
    }

    /** Adds the weights after an update to the average. */
    @FunctionalInterface
    interface Averaging {
        /** @param update the number of the update in the training, from 1 */
        void apply(long update);
    }

    /** Prepares the averaging; {@code scratch} has one number for each weight. */
    Averaging wire(Array scratch) {
        List<Layout.Place> places = weights.layout().places();
        if (ages.isEmpty()) {
            return rule.wire(weights.flat(), average.flat(), scratch)::apply;
        }
        AgedParts<WeightAverage.Averaging> parts = new AgedParts<>(ages.get(), (first, after) -> {
            long from = places.get(first).offset();
            long size = places.subList(first, after).stream().mapToLong(Layout.Place::size).sum();
            return rule.wire(weights.flat().view(from, size), average.flat().view(from, size), scratch.view(from, size));
        });
        return update -> parts.apply(WeightAverage.Averaging::apply);
    }

    @Override
    public void slots(Slots s) {
        s.child("average", average);
        ages.ifPresent(a -> s.child("average-age", a));
    }
}
