package cairn.recovery;

import cairn.state.RealVector;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ShadowState;
import java.util.function.DoubleConsumer;

/**
 * Restores the weights of exactly {@code back} steps ago. It keeps two earlier states, which are {@code back} steps apart, and the learning
 * rates of the updates after the older one. To go back, it restores the older state and makes these updates again. All of it is part of the
 * state, so a resumed training can go back as far as one that was never stopped.
 */
public final class WeightRollback implements Snapshottable {
    /** The number of earlier states. */
    public static final int EARLIER = 2;

    /** An earlier state. */
    private static final class Earlier implements Snapshottable {
        private final ShadowState state;
        /** The step of the state; -1 if there is none yet. */
        private long step = -1;

        Earlier(Snapshottable trained) {
            state = new ShadowState(trained);
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
    private final Snapshottable trained;
    private final Earlier one;
    private final Earlier other;
    private final RealVector rates;

    /** @param trained what goes back: everything that updates change */
    WeightRollback(int back, Snapshottable trained) {
        this.back = back;
        this.trained = trained;
        this.one = new Earlier(trained);
        this.other = new Earlier(trained);
        this.rates = new RealVector(Math.multiplyExact(2, back));
    }

    private Earlier older() {
        return one.step <= other.step ? one : other;
    }

    private Earlier newer() {
        return one.step <= other.step ? other : one;
    }

    /** Keeps the state at {@code step} if there is no earlier one: the training begins here, at step 0 or as a branch. */
    void begin(long step) {
        if (newer().step < 0) {
            beginAt(step);
        }
    }

    /** Records the update that led to {@code step}. */
    void record(long step, double rate) {
        rates.set(index(step - 1), rate);
        if (step - newer().step >= back) {
            older().take(step);
        }
    }

    /**
     * Restores the state {@code back} steps before {@code from}, or the oldest known one after that. Reports the loss of each update that
     * is made again.
     */
    long goBack(long from, Redo redo, DoubleConsumer loss) {
        State before = State.of(trained);
        long to = Math.max(older().step, from - back);
        try {
            older().state.put();
            for (long k = older().step; k < to; k++) {
                loss.accept(redo.update(k, rates.get(index(k))));
            }
        } catch (RuntimeException | Error e) {
            before.into(trained);
            throw e;
        }
        return to;
    }

    /** From now on, the current step {@code step} is the earliest one to go back to. */
    void beginAt(long step) {
        one.take(step);
        other.take(step);
    }

    private int index(long step) {
        return (int) (step % rates.size());
    }

    @Override
    public void slots(Slots s) {
        s.child("earlier/0", one);
        s.child("earlier/1", other);
        rates.slot(s, "rates");
    }
}
