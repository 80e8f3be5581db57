package cairn.recovery;

import cairn.state.RealVector;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ShadowState;
import cairn.train.StepHook;
import cairn.train.StepUpdate;
import java.util.function.DoubleConsumer;

/**
 * The way back to exactly {@code back} steps ago: two earlier states, taken {@code back} steps apart, and the rates of the updates
 * since the older one, which are made again from there. All of it is state, so the way back is known wherever a training goes on.
 */
public final class WeightRollback implements Snapshottable {
    /** States that are kept beside the present one. */
    public static final int EARLIER = 2;

    /** An earlier state. */
    private static final class Earlier implements Snapshottable {
        private final ShadowState state;
        /** -1 if there is none. */
        private long step = -1;

        Earlier(Snapshottable part) {
            state = new ShadowState(part);
        }

        void take(long now) {
            state.take();
            step = now;
        }

        @Override
        public void slots(Slots s) {
            s.integer("step", () -> step, v -> step = v);
            state.slots(s);
        }
    }

    private final int back;
    private final Snapshottable part;
    private final Earlier one;
    private final Earlier other;
    private final RealVector rates;

    /** @param part what goes back: all that updates change */
    WeightRollback(int back, Snapshottable part) {
        this.back = back;
        this.part = part;
        this.one = new Earlier(part);
        this.other = new Earlier(part);
        this.rates = new RealVector(Math.multiplyExact(2, back));
    }

    private Earlier older() {
        return one.step <= other.step ? one : other;
    }

    private Earlier newer() {
        return one.step <= other.step ? other : one;
    }

    /** Takes the state at {@code step} for the first to go back to, if there is none: here a training begins, at step 0 or as a branch. */
    void begin(long step) {
        if (newer().step < 0) {
            beginAt(step);
        }
    }

    /** Remembers the update that has led to {@code step}. */
    void made(long step, double rate) {
        rates.set(place(step - 1), rate);
        if (step - newer().step >= back) {
            older().take(step);
        }
    }

    /** Goes to the state {@code back} steps before {@code from}, or as near to it as is known; tells the losses on the way. */
    long goBack(long from, StepUpdate update, DoubleConsumer loss) {
        State before = State.of(part);
        long to = Math.max(older().step, from - back);
        try {
            older().state.put();
            for (long k = older().step; k < to; k++) {
                StepUpdate.Attempt attempt = update.attempt(k, StepHook.NONE);
                update.apply(rates.get(place(k)), k);
                loss.accept(attempt.loss());
            }
        } catch (RuntimeException | Error e) {
            before.into(part);
            throw e;
        }
        return to;
    }

    /** From now on nobody goes back behind {@code step}, where the training stands. */
    void beginAt(long step) {
        one.take(step);
        other.take(step);
    }

    private int place(long step) {
        return (int) (step % rates.size());
    }

    @Override
    public void slots(Slots s) {
        s.child("earlier/0", one);
        s.child("earlier/1", other);
        rates.slot(s, "rates");
    }
}
