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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.LongToDoubleFunction;

/**
 * Several steps at once whose losses and gradients are read together when all are made, so that a GPU need not stop after each of them.
 * The diagnostics of each step are copied side by side on the device and fetched in one copy.
 *
 * <p>The updates are speculative: if the loss or the gradient of one is not finite, the state from before is restored and the good steps
 * before it are made again, with the same bits. So no state that came from a bad gradient is ever visible.
 */
final class SpeculativeSteps {
    /** Steps at once, at most. */
    static final int MOST = 32;

    private final StepUpdate update;
    private final ShadowState before;
    private final boolean reportsNorm;
    private final Array found;
    @Ephemeral(value = "prepared at wiring", kind = WIRING)
    private final Operation[] keep = new Operation[MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] read = new double[2 * MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] rates = new double[MOST];

    /**
     * @param part what updates change
     * @param reportsNorm whether the gradient's norm is reported
     */
    SpeculativeSteps(StepUpdate update, DeviceDiagnostics diagnostics, Snapshottable part, boolean reportsNorm) {
        this.update = update;
        this.before = new ShadowState(part);
        this.reportsNorm = reportsNorm;
        this.found = Array.zeros(diagnostics.both().type(), 2L * MOST);
        for (int i = 0; i < MOST; i++) {
            keep[i] = Elementwise.copy(diagnostics.both(), found.view(2L * i, 2));
        }
    }

    /**
     * Makes up to {@code most} updates after {@code step} updates, and stops early as soon as {@code isEnough}. Returns the steps before
     * the first bad one; the training is then at the last of them. If the first step is bad, nothing is returned and nothing has changed.
     */
    List<StepReport> run(long step, int most, LongToDoubleFunction rate, BooleanSupplier isEnough) {
        List<StepUpdate.Unread> unread = new ArrayList<>();
        before.take();
        try {
            while (unread.size() < Math.min(most, MOST) && (unread.isEmpty() || !isEnough.getAsBoolean())) {
                int i = unread.size();
                rates[i] = rate.applyAsDouble(step + i);
                unread.add(update.compute(step + i));
                keep[i].run();
                update.apply(rates[i], step + i);
            }
        } catch (RuntimeException | Error e) {
            before.put();
            throw e;
        }
        found.get(read);
        List<StepReport> good = new ArrayList<>();
        for (int i = 0; i < unread.size() && Double.isFinite(read[2 * i]) && Double.isFinite(read[2 * i + 1]); i++) {
            good.add(new StepReport(step + i + 1, read[2 * i] * (1 / unread.get(i).divisor()), rates[i],
                    reportsNorm ? OptionalDouble.of(Math.sqrt(read[2 * i + 1])) : OptionalDouble.empty(), unread.get(i).rows(),
                    Optional.empty(), Optional.empty()));
        }
        if (good.size() < unread.size()) {
            before.put();
            for (int i = 0; i < good.size(); i++) {
                update.compute(step + i);
                update.apply(rates[i], step + i);
            }
        }
        return good;
    }
}
