package cairn.recovery;

import cairn.recipe.Recovery;
import cairn.recipe.Setting;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.train.StepUpdate;
import java.util.Optional;
import java.util.OptionalDouble;

/** A {@link Recovery} rule at work: what it has done so far, and what it has to know for the next fault. All of it is state. */
public final class RecoveryState implements Snapshottable {
    private static final String SEPARATOR = "; ";

    private final Recovery rule;
    private final StepUpdate update;
    private final Optional<LossWindow> losses;
    private final Optional<WeightRollback> rewind;
    /** For people as well: {@code spike at 37 back to 30; non-finite-loss at 80 back to 73}. */
    private String interventions = "";

    /** @param part what updates change */
    public RecoveryState(Recovery rule, StepUpdate update, Snapshottable part) {
        this.rule = rule;
        this.update = update;
        this.losses = rule.spike().map(LossWindow::new);
        this.rewind = rule.back() == 0 ? Optional.empty() : Optional.of(new WeightRollback(rule.back(), s -> {
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

    /** Above what a loss is a fault; empty while any finite one is good. */
    public OptionalDouble limit() {
        return losses.isPresent() ? losses.get().limit() : OptionalDouble.empty();
    }

    /** Before the step after {@code step} updates. */
    public void begin(long step) {
        rewind.ifPresent(r -> r.begin(step));
    }

    /** Takes in an update that has led to {@code step}. */
    public void made(long step, double loss, double rate) {
        losses.ifPresent(l -> l.add(loss));
        rewind.ifPresent(r -> r.made(step, rate));
    }

    /**
     * Answers a fault: afterwards the step counts as done.
     *
     * @throws TrainingFaultException if that has been done as often as it may
     */
    public RecoveryAction intervene(Fault fault) {
        if (count() >= rule.atMost()) {
            throw TrainingFaultException.of(fault, tried());
        }
        long to = rewind.isPresent() ? rewind.get().goBack(fault.step(), update, loss -> losses.ifPresent(l -> l.add(loss)))
                : fault.step();
        rewind.ifPresent(r -> r.beginAt(fault.step() + 1));
        interventions += (interventions.isEmpty() ? "" : SEPARATOR) + Setting.kebab(fault.kind()) + " at " + fault.step() + " back to " + to;
        return new RecoveryAction(fault, to, rateFactor(), count(), rule.atMost());
    }

    private int count() {
        return interventions.isEmpty() ? 0 : interventions.split(SEPARATOR).length;
    }

    private String tried() {
        return count() == 0 ? "The recipe's recovery rule may not intervene (at-most: 0). "
                : "The recipe's recovery rule has intervened " + count() + " of " + rule.atMost() + " times (" + interventions + "). ";
    }

    @Override
    public void slots(Slots s) {
        s.text("interventions", () -> interventions, v -> interventions = v);
        losses.ifPresent(l -> s.child("window", l));
        rewind.ifPresent(r -> r.slots(s));
    }
}
