package cairn.train;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ShadowState;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Magnitude;
import cairn.train.device.DeviceDiagnostics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.LongToDoubleFunction;

/**
 * Makes several steps at once and reads all their losses and gradients at the end, so that a GPU need not stop after each step. The
 * diagnostics of each step are kept on the device and fetched in one copy.
 *
 * <p>The updates are speculative: if the loss or the gradient of one is not finite, or its update may have left a number that is not, the state before all of them is restored, and the good
 * steps before the bad one are made again, with the same bits. So a state that follows from a bad gradient is never visible.
 */
final class SpeculativeSteps {
    /** The largest number of steps at once. */
    static final int MOST = 32;

    private final StepUpdate update;
    private final ShadowState before;
    private final boolean reportsNorm;
    /** Loss sum, sum of squares and, with running statistics, theirs, of each step, on the device. */
    private final Array sums;
    /** Numbers of a step in {@link #sums}. */
    private final int each;
    @Ephemeral(value = "prepared at wiring", kind = WIRING)
    private final Operation[] keep = new Operation[MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] read;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] divisors = new double[MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] rates = new double[MOST];

    /**
     * @param trained everything that updates change
     * @param reportsNorm whether the norm of the gradient is reported
     */
    SpeculativeSteps(StepUpdate update, DeviceDiagnostics diagnostics, Snapshottable trained, boolean reportsNorm) {
        this.update = update;
        this.before = new ShadowState(trained);
        this.reportsNorm = reportsNorm;
        this.each = Math.toIntExact(diagnostics.sums().size());
        this.read = new double[each * MOST];
        this.sums = Array.zeros(diagnostics.sums().type(), read.length);
        for (int i = 0; i < MOST; i++) {
            keep[i] = Elementwise.copy(diagnostics.sums(), sums.view((long) each * i, each));
        }
    }

    /**
     * Makes up to {@code most} updates after {@code step} updates, and fewer if {@code isEnough} becomes true. Returns the steps before the
     * first bad one; the training is then at the last of them. If the first step is bad, the result is empty and nothing has changed.
     */
    List<StepReport> run(long step, int most, LongToDoubleFunction rate, BooleanSupplier isEnough) {
        int made = 0;
        update.guard().begin();
        before.take();
        try {
            while (made < Math.min(most, MOST) && (made == 0 || !isEnough.getAsBoolean())) {
                rates[made] = rate.applyAsDouble(step + made);
                divisors[made] = update.compute(step + made);
                keep[made].run();
                update.apply(rates[made], step + made);
                made++;
            }
        } catch (RuntimeException | Error e) {
            put();
            throw e;
        }
        sums.get(read);
        List<StepReport> good = new ArrayList<>();
        for (int i = 0; i < made && isGood(i); i++) {
            good.add(new StepReport(step + i + 1, read[each * i] * (1 / divisors[i]), divisors[i], rates[i],
                    reportsNorm ? OptionalDouble.of(Math.sqrt(read[each * i + 1])) : OptionalDouble.empty(), Optional.empty(),
                    Optional.empty()));
        }
        if (good.size() < made) {
            put();
            for (int i = 0; i < good.size(); i++) {
                update.compute(step + i);
                update.apply(rates[i], step + i);
            }
        }
        return good;
    }

    /** Whether what was read of a step is finite, and its update certainly left finite numbers. */
    private boolean isGood(int i) {
        for (int k = each * i; k < each * (i + 1); k++) {
            if (!Double.isFinite(read[k])) {
                return false;
            }
        }
        return update.guard().isSafe(Magnitude.ofSquares(read[each * i + 1], sums.type()), rates[i]);
    }

    private void put() {
        before.put();
        update.guard().forget();
    }
}
