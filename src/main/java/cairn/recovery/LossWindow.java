package cairn.recovery;

import cairn.recipe.Recovery;
import cairn.state.RealVector;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.StatUtils;

/** The losses of the last updates, and the limit above which the next loss is a spike. */
final class LossWindow implements Snapshottable {
    /** For normally distributed numbers, the MAD times this is the standard deviation. */
    private static final double NORMAL = 1.4826;

    private final Recovery.Spike rule;
    private final RealVector losses;
    private long seen;

    LossWindow(Recovery.Spike rule) {
        this.rule = rule;
        this.losses = new RealVector(rule.window());
    }

    /** Records the loss of an update. */
    void add(double loss) {
        losses.set((int) (seen % rule.window()), loss);
        seen++;
    }

    /** A loss above this is a spike; empty while too few losses are known. */
    OptionalDouble limit() {
        int known = (int) Math.min(seen, rule.window());
        if (2 * known < rule.window()) {
            return OptionalDouble.empty();
        }
        double[] last = Arrays.copyOf(losses.toDoubles(), known);
        double median = StatUtils.percentile(last, 50);
        double mad = StatUtils.percentile(Arrays.stream(last).map(l -> Math.abs(l - median)).toArray(), 50);
        return OptionalDouble.of(median + rule.threshold() * Math.max(NORMAL * mad, rule.leastSpread()));
    }

    @Override
    public void slots(Slots s) {
        s.integer("seen", () -> seen, v -> seen = v);
        losses.slot(s, "losses");
    }
}
