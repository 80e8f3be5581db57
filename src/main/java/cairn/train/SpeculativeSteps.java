package cairn.train;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ShadowState;
import cairn.tensor.op.Elementwise;
import cairn.train.device.DeviceDiagnostics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongToDoubleFunction;

/**
 * Several steps at once, whose losses and gradients are looked at together when they are done: so that a card need not stop at each of
 * them. What was found out of each is laid down beside the others, and fetched in one piece.
 *
 * <p>If one of them turns out not to be good, none of it has been: the state from before is put back, and the good ones are made again,
 * which gives the same bits. So nobody ever sees a state that came of a bad gradient.
 */
final class SpeculativeSteps {
    /** Steps at once, at most. */
    static final int MOST = 32;

    /** A good step. {@code squares} is Σ g² before clipping. */
    record Made(double loss, double squares, double rate, int rows) {
    }

    private final StepUpdate update;
    private final ShadowState before;
    private final Array found;
    @Ephemeral(value = "prepared at wiring", kind = WIRING)
    private final Operation[] layDown = new Operation[MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] seen = new double[2 * MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] rates = new double[MOST];

    /** @param part what updates change */
    SpeculativeSteps(StepUpdate update, DeviceDiagnostics findings, Snapshottable part) {
        this.update = update;
        this.before = new ShadowState(part);
        this.found = Array.zeros(findings.both().type(), 2L * MOST);
        for (int i = 0; i < MOST; i++) {
            layDown[i] = Elementwise.copy(findings.both(), found.view(2L * i, 2));
        }
    }

    /**
     * Makes up to {@code most} updates from {@code step} on, but no more as soon as {@code isEnough} says so. Returns those before the
     * first that is not good, after which the training stands; none, and no change, if that is the very first.
     */
    List<Made> run(long step, int most, LongToDoubleFunction rate, BooleanSupplier isEnough) {
        List<StepUpdate.Unseen> unseen = new ArrayList<>();
        before.take();
        try {
            while (unseen.size() < Math.min(most, MOST) && (unseen.isEmpty() || !isEnough.getAsBoolean())) {
                int i = unseen.size();
                rates[i] = rate.applyAsDouble(step + i);
                unseen.add(update.compute(step + i));
                layDown[i].run();
                update.apply(rates[i], step + i);
            }
        } catch (RuntimeException | Error e) {
            before.put();
            throw e;
        }
        found.get(seen);
        List<Made> good = new ArrayList<>();
        for (int i = 0; i < unseen.size() && Double.isFinite(seen[2 * i]) && Double.isFinite(seen[2 * i + 1]); i++) {
            good.add(new Made(seen[2 * i] * (1 / unseen.get(i).divisor()), seen[2 * i + 1], rates[i], unseen.get(i).rows()));
        }
        if (good.size() < unseen.size()) {
            before.put();
            for (int i = 0; i < good.size(); i++) {
                update.compute(step + i);
                update.apply(rates[i], step + i);
            }
        }
        return good;
    }
}
