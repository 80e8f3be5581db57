package cairn.recovery;

import cairn.recipe.Recovery;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a {@link Recovery} rule has done so far, and what it needs at the next fault. All of it is part of the state. */
public final class RecoveryState implements Snapshottable {
    private static final String SEPARATOR = "; ";

    private final Recovery rule;
    private final Redo redo;
    private final Optional<LossWindow> losses;
    private final Optional<WeightRollback> rollback;
    /** The actions so far, such as {@code spike at 37 back to 30; non-finite-loss at 80 back to 73}. */
    private String actions = "";

    /** @param trained everything that updates change */
    public RecoveryState(Recovery rule, Redo redo, Snapshottable trained) {
        this.rule = rule;
        this.redo = redo;
        this.losses = rule.spike().map(LossWindow::new);
        this.rollback = rule.back() == 0 ? Optional.empty() : Optional.of(new WeightRollback(rule.back(), s -> {
            trained.slots(s);
            losses.ifPresent(l -> s.child("window", l));
        }));
    }

    public Recovery rule() {
        return rule;
    }

    /** The factor of the scheduled learning rate. */
    public double rateFactor() {
        return StrictMath.pow(rule.rateFactor(), count());
    }

    /** A loss above this limit is a fault; empty while every finite loss is good. */
    public OptionalDouble limit() {
        return losses.isPresent() ? losses.get().limit() : OptionalDouble.empty();
    }

    /** Must be called before the step after {@code step} updates. */
    public void begin(long step) {
        rollback.ifPresent(r -> r.begin(step));
    }

    /** Records the update that led to {@code step}. */
    public void record(long step, double loss, double rate) {
        losses.ifPresent(l -> l.add(loss));
        rollback.ifPresent(r -> r.record(step, rate));
    }

    /**
     * Acts on a fault. Afterwards the step counts as done.
     *
     * @throws TrainingFaultException if the rule has already acted as often as it allows
     */
    public RecoveryAction act(Fault fault) {
        if (count() >= rule.atMost()) {
            throw new TrainingFaultException(fault, summary());
        }
        long to = rollback.isPresent() ? rollback.get().goBack(fault.step(), redo, loss -> losses.ifPresent(l -> l.add(loss)))
                : fault.step();
        rollback.ifPresent(r -> r.beginAt(fault.step() + 1));
        actions += (actions.isEmpty() ? "" : SEPARATOR) + fault.kind().word() + " at " + fault.step() + " back to " + to;
        return new RecoveryAction(fault, to, rateFactor(), count(), rule.atMost());
    }

    private int count() {
        return actions.isEmpty() ? 0 : actions.split(SEPARATOR).length;
    }

    private String summary() {
        return count() == 0 ? "The recovery rule of the recipe allows no action (at-most: 0). "
                : "The recovery rule of the recipe has acted " + count() + " of " + rule.atMost() + " times (" + actions + "). ";
    }

    @Override
    public void slots(Slots s) {
        s.text("interventions", () -> actions, v -> actions = v);
        losses.ifPresent(l -> s.child("window", l));
        rollback.ifPresent(r -> r.slots(s));
    }
}
