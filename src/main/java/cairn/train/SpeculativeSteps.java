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
    /** The most numbers that are fetched at once. A step of a model with many outputs takes so long that fetching after it costs nothing. */
    private static final int MOST_NUMBERS = 1 << 20;

    private final StepUpdate update;
    private final DeviceDiagnostics diagnostics;
    private final int answersPerRow;
    private final int atOnce;
    private final ShadowState before;
    private final boolean reportsNorm;
    /** Loss sum, sum of squares, with running statistics theirs, and the answers, of each step, on the device. */
    private final Array sums;
    /** Numbers of a step in {@link #sums}. */
    private final int each;
    @Ephemeral(value = "prepared at wiring", kind = WIRING)
    private final Operation[] keep;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] read;
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] divisors = new double[MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final int[] rows = new int[MOST];
    @Ephemeral(value = "filled before it is read", kind = SCRATCH)
    private final double[] rates = new double[MOST];

    /**
     * @param trained everything that updates change
     * @param answersPerRow the answers of the model for a row
     * @param reportsNorm whether the norm of the gradient is reported
     */
    SpeculativeSteps(StepUpdate update, DeviceDiagnostics diagnostics, Snapshottable trained, int answersPerRow, boolean reportsNorm) {
        this.update = update;
        this.diagnostics = diagnostics;
        this.answersPerRow = answersPerRow;
        this.before = new ShadowState(trained);
        this.reportsNorm = reportsNorm;
        this.each = Math.toIntExact(diagnostics.sums().size());
        this.atOnce = Math.max(1, Math.min(MOST, MOST_NUMBERS / each));
        this.read = new double[each * atOnce];
        this.sums = Array.zeros(diagnostics.sums().type(), read.length);
        this.keep = new Operation[atOnce];
        for (int i = 0; i < atOnce; i++) {
            keep[i] = Elementwise.copy(diagnostics.sums(), sums.view((long) each * i, each));
        }
    }

    /** The largest number of steps at once. */
    int atOnce() {
        return atOnce;
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
            while (made < Math.min(most, atOnce) && (made == 0 || !isEnough.getAsBoolean())) {
                rates[made] = rate.applyAsDouble(step + made);
                rows[made] = update.compute(step + made, made, divisors);
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
            good.add(new StepReport(step + i + 1, read[each * i] * (1 / divisors[i]), divisors[i],
                    diagnostics.right(read, each * i, i, rows[i]), rows[i] * answersPerRow, rates[i],
                    reportsNorm ? OptionalDouble.of(Math.sqrt(read[each * i + 1])) : OptionalDouble.empty(), Optional.empty(),
                    Optional.empty()));
        }
        if (good.size() < made) {
            put();
            for (int i = 0; i < good.size(); i++) {
                update.compute(step + i, i, divisors);
                update.apply(rates[i], step + i);
            }
        }
        return good;
    }

    /** Whether what was read of a step is finite, and its update certainly left finite numbers. */
    private boolean isGood(int i) {
        for (int k = each * i; k < each * i + diagnostics.sumCount(); k++) {
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
