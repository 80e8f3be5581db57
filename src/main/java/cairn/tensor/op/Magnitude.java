package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.Optional;

/**
 * A number that no magnitude in an array exceeds, and which is finite only if all numbers of the array are. It is asked for at every step, so
 * it must cost next to nothing.
 *
 * <p>For floats in the host's memory it is the largest magnitude itself. Without its sign bit, a float that is read as an integer keeps its
 * order, and infinities and NaNs come last (IEEE 754, 3.4); the largest of many integers side by side becomes vector instructions. Elsewhere
 * it is the root of the sum of squares, with room for its rounding.
 */
public final class Magnitude {
    private static final int BLOCK = HostLoops.BLOCK;
    private static final int WITHOUT_SIGN = 0x7fff_ffff;
    private static final int INFINITE = 0x7f80_0000;
    /** A sum of squares in blocks has a smaller error. */
    private static final double ROUNDING = 1.01;
    /** Below these a square may be rounded to 0. */
    private static final double TINY_FLOAT = 1e-18;
    private static final double TINY_DOUBLE = 1e-150;

    private final Array x;
    private final boolean isOnHost;
    @Ephemeral(value = "decided at wiring", kind = WIRING)
    private final Largest[] parts;
    private final Optional<BitLoops> loops;
    private final Array sum;
    private final Operation squares;

    private Magnitude(Array x) {
        this.x = x;
        this.isOnHost = HostLoops.can(x);
        this.parts = new Largest[isOnHost ? HostThreads.count(x.size()) : 0];
        Arrays.setAll(parts, p -> new Largest(new int[(int) Math.min(BLOCK, x.size())]));
        this.loops = isOnHost ? Optional.of(new BitLoops(0, parts, x)) : Optional.empty();
        this.sum = Array.zeros(x.type());
        this.squares = isOnHost ? key -> { } : Reductions.sumOfSquares(x, sum);
    }

    /** Of the numbers that {@code x} holds at each call. */
    public static Magnitude of(Array x) {
        return new Magnitude(x);
    }

    /** The same number from Σ x², which was computed in {@code type}. */
    public static double ofSquares(double sum, ElementType type) {
        return Math.sqrt(sum) * ROUNDING + (type == ElementType.F32 ? TINY_FLOAT : TINY_DOUBLE);
    }

    /**
     * A number that no |x| exceeds. It is NaN or infinite if an x is; it may be infinite too if the sum of squares overflows. Waits for the
     * device.
     */
    public double bound() {
        if (!isOnHost) {
            squares.run();
            return ofSquares(sum.value(), x.type());
        }
        for (Largest part : parts) {
            Arrays.fill(part.bits(), 0);
        }
        loops.orElseThrow().run();
        int all = 0;
        for (Largest part : parts) {
            for (int one : part.bits()) {
                all = Math.max(all, one);
            }
        }
        return all >= INFINITE ? Double.POSITIVE_INFINITY : Float.intBitsToFloat(all);
    }

    /** The largest bits of each place of a block, of the part of one thread. */
    private record Largest(@Ephemeral(value = "set to 0 before each look", kind = SCRATCH) int[] bits) implements BitLoops.Loop {
        @Override
        public void run(int[][] x, int n) {
            takeLargest(x[0], bits, n);
        }
    }

    private static void takeLargest(int[] bits, int[] largest, int n) {
        for (int i = 0; i < n; i++) {
            // Neither is negative, so the difference shows the order; the JVM makes no vector instructions of Math.max here.
            int difference = largest[i] - (bits[i] & WITHOUT_SIGN);
            largest[i] = largest[i] - (difference & difference >> 31);
        }
    }
}
