package cairn.optim.schedule;

import cairn.state.Slots;
import cairn.state.Snapshottable;

/** The state of a {@link Plateau}, from evaluation to evaluation. */
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

    /** Takes the metric of one evaluation; true if the factor was reduced. */
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

    /** The present factor of the scheduled rate. */
    public double factor() {
        return factor;
    }

    @Override
    public void slots(Slots s) {
        s.real("best", () -> best, v -> best = v);
        s.integer("bad-evaluations", () -> bad, v -> bad = v);
        s.integer("cooldown-left", () -> cooldownLeft, v -> cooldownLeft = v);
        s.real("factor", () -> factor, v -> factor = v);
    }
}
