package cairn.train;

import cairn.optim.AgedParts;
import cairn.optim.Ages;
import cairn.optim.WeightAverage;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
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

    /** Prepares the averaging; {@code scratch} has one number for each weight. */
    AgedParts<WeightAverage.Averaging> wire(Array scratch) {
        Layout layout = weights.layout();
        return new AgedParts<>(layout, ages, (first, after) -> rule.wire(layout.part(weights.flat(), first, after),
                layout.part(average.flat(), first, after), layout.part(scratch, first, after)));
    }

    @Override
    public void slots(Slots s) {
        s.child("average", average);
        ages.ifPresent(a -> s.child("average-age", a));
    }
}
