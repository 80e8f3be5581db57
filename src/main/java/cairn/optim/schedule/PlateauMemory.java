package cairn.optim.schedule;

import cairn.state.Slots;
import cairn.state.Snapshottable;

/** What a {@link Plateau} remembers from evaluation to evaluation. */
public final class PlateauMemory implements Snapshottable {
    private final Plateau rule;
    private double best;
    private long bad;
    private long cooldownLeft;
    private double factor = 1;

    PlateauMemory(Plateau rule) {
        this.rule = rule;
        this.best = rule.worst();
    }

    /** Takes in the metric of one evaluation; gives whether the patience was at its end. */
    public boolean observe(double metric) {
        if (rule.better(metric, best)) {
            best = metric;
            bad = 0;
        } else {
            bad++;
        }
        if (cooldownLeft > 0) {
            cooldownLeft--;
            bad = 0;
        }
        if (bad <= rule.patience()) {
            return false;
        }
        factor = Math.max(factor * rule.factor(), rule.minFactor());
        cooldownLeft = rule.cooldown();
        bad = 0;
        return true;
    }

    /** What the scheduled rate is to be multiplied by now. */
    public double factor() {
        return factor;
    }

    /** The best metric so far; an infinity before the first. */
    public double best() {
        return best;
    }

    /** Evaluations in a row without a better metric. */
    public long badEvaluations() {
        return bad;
    }

    /** Evaluations that will still not be counted. */
    public long cooldownLeft() {
        return cooldownLeft;
    }

    @Override
    public void slots(Slots s) {
        s.real("best", () -> best, v -> best = v);
        s.integer("bad-evaluations", () -> bad, v -> bad = v);
        s.integer("cooldown-left", () -> cooldownLeft, v -> cooldownLeft = v);
        s.real("factor", () -> factor, v -> factor = v);
    }
}
