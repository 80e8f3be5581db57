package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Whether all numbers of an array are finite. This is checked at every step, so it must cost next to nothing.
 *
 * <p>Floats in the host's memory are multiplied by 0, which gives NaN for a number that is not finite, and added up in many sums side by
 * side: the loop becomes vector instructions. Elsewhere it is a sum of squares on the device.
 */
public final class Finiteness {
    private static final int BLOCK = HostLoops.BLOCK;

    private final Array x;
    private final boolean isOnHost;
    @Ephemeral(value = "a view of the array's memory", kind = WIRING)
    private final FloatBuffer[] windows;
    @Ephemeral(value = "a copy of one block, filled before it is read", kind = SCRATCH)
    private final float[] block = new float[BLOCK];
    @Ephemeral(value = "set to 0 before each check", kind = SCRATCH)
    private final float[] sums = new float[BLOCK];
    private final Array sum;
    private final Operation squares;

    private Finiteness(Array x) {
        this.x = x;
        this.isOnHost = HostLoops.can(x);
        this.windows = isOnHost ? HostLoops.windows(x) : new FloatBuffer[0];
        this.sum = Array.zeros(x.type());
        this.squares = isOnHost ? key -> { } : Reductions.sumOfSquares(x, sum);
    }

    /** A check of the numbers that {@code x} holds at each call. */
    public static Finiteness of(Array x) {
        return new Finiteness(x);
    }

    /** False if {@code x} holds a NaN or an infinity; it may be false too if the sum of squares overflows. Waits for the device. */
    public boolean isCertain() {
        if (!isOnHost) {
            squares.run();
            return Double.isFinite(sum.value());
        }
        Arrays.fill(sums, 0);
        for (FloatBuffer window : windows) {
            for (int at = 0; at < window.capacity(); at += BLOCK) {
                int n = Math.min(BLOCK, window.capacity() - at);
                window.get(at, block, 0, n);
                addTimesZero(block, sums, n);
            }
        }
        float all = 0;
        for (float s : sums) {
            all += s;
        }
        return all == 0;
    }

    private static void addTimesZero(float[] x, float[] sums, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[i] * 0f;
        }
    }
}
