package cairn.recovery;

import cairn.recipe.Recovery;
import cairn.recipe.Setting;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a {@link Recovery} rule has done so far, and what it needs for the next fault. All of it is part of the state. */
public final class RecoveryState implements Snapshottable {
    private static final String SEPARATOR = "; ";

    private final Recovery rule;
    private final Redo redo;
    private final Optional<LossWindow> losses;
    private final Optional<WeightRollback> rollback;
    /** Readable: {@code spike at 37 back to 30; non-finite-loss at 80 back to 73}. */
    private String actions = "";

    /** @param part everything that updates change */
    public RecoveryState(Recovery rule, Redo redo, Snapshottable part) {
        this.rule = rule;
        this.redo = redo;
        this.losses = rule.spike().map(LossWindow::new);
        this.rollback = rule.back() == 0 ? Optional.empty() : Optional.of(new WeightRollback(rule.back(), s -> {
            part.slots(s);
            losses.ifPresent(l -> s.child("window", l));
        }));
    }

    public Recovery rule() {
        return rule;
    }

    /** What the scheduled learning rate is multiplied by. */
    public double rateFactor() {
        return StrictMath.pow(rule.rateFactor(), count());
    }

    /** A loss above this is a fault; empty while every finite loss is good. */
    public OptionalDouble limit() {
        return losses.isPresent() ? losses.get().limit() : OptionalDouble.empty();
    }

    /** Before the step after {@code step} updates. */
    public void begin(long step) {
        rollback.ifPresent(r -> r.begin(step));
    }

    /** Records the update that led to {@code step}. */
    public void made(long step, double loss, double rate) {
        losses.ifPresent(l -> l.add(loss));
        rollback.ifPresent(r -> r.made(step, rate));
    }

    /**
     * Acts on a fault: afterwards the step counts as done.
     *
     * @throws TrainingFaultException if the rule has acted as often as it may
     */
    public RecoveryAction act(Fault fault) {
        if (count() >= rule.atMost()) {
            throw new TrainingFaultException(fault, tried());
        }
        long to = rollback.isPresent() ? rollback.get().goBack(fault.step(), redo, loss -> losses.ifPresent(l -> l.add(loss)))
                : fault.step();
        rollback.ifPresent(r -> r.beginAt(fault.step() + 1));
        actions += (actions.isEmpty() ? "" : SEPARATOR) + Setting.kebab(fault.kind()) + " at " + fault.step() + " back to " + to;
        return new RecoveryAction(fault, to, rateFactor(), count(), rule.atMost());
    }

    private int count() {
        return actions.isEmpty() ? 0 : actions.split(SEPARATOR).length;
    }

    private String tried() {
        return count() == 0 ? "The recipe's recovery rule may not intervene (at-most: 0). "
                : "The recipe's recovery rule has intervened " + count() + " of " + rule.atMost() + " times (" + actions + "). ";
    }

    @Override
    public void slots(Slots s) {
        s.text("interventions", () -> actions, v -> actions = v);
        losses.ifPresent(l -> s.child("window", l));
        rollback.ifPresent(r -> r.slots(s));
    }
}
