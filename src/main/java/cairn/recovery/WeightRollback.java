package cairn.recovery;

import cairn.state.RealVector;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ShadowState;
import java.util.function.DoubleConsumer;

/**
 * Restores the weights of exactly {@code back} steps ago. It holds two earlier states, taken {@code back} steps apart, and the rates of
 * the updates since the older one; from the older one these updates are made again. All of it is part of the state, so a resumed training
 * can go back as far as one that was never stopped.
 */
public final class WeightRollback implements Snapshottable {
    /** How many earlier states it holds, beside the current one. */
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

    /** @param part what goes back: everything that updates change */
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

    /** Keeps the state at {@code step} if no state is kept yet: here the training begins, at step 0 or as a branch. */
    void begin(long step) {
        if (newer().step < 0) {
            beginAt(step);
        }
    }

    /** Records the update that led to {@code step}. */
    void made(long step, double rate) {
        rates.set(place(step - 1), rate);
        if (step - newer().step >= back) {
            older().take(step);
        }
    }

    /** Restores the state {@code back} steps before {@code from}, or the oldest one after it that is known; reports the losses on the way. */
    long goBack(long from, Redo redo, DoubleConsumer loss) {
        State before = State.of(part);
        long to = Math.max(older().step, from - back);
        try {
            older().state.put();
            for (long k = older().step; k < to; k++) {
                loss.accept(redo.update(k, rates.get(place(k))));
            }
        } catch (RuntimeException | Error e) {
            before.into(part);
            throw e;
        }
        return to;
    }

    /** From now on {@code step}, where the training is, is the earliest step to go back to. */
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
