package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.device.Device;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.function.DoubleUnaryOperator;

/**
 * A function of each element of an array of doubles in the host's memory, computed in Java. It is slower than ND4J's functions and is for
 * those that ND4J does not compute to the last digits; trainings in double are for checks, where digits count more than time.
 */
final class HostDoubles implements Operation {
    /** Elements that one buffer spans. */
    private static final int WINDOW = 1 << 27;

    private final DoubleUnaryOperator function;
    /** Kept because they own the memory. */
    private final Array x;
    private final Array z;
    @Ephemeral(value = "views of the array's memory", kind = WIRING)
    private final DoubleBuffer[] from;
    @Ephemeral(value = "views of the array's memory", kind = WIRING)
    private final DoubleBuffer[] to;

    private HostDoubles(DoubleUnaryOperator function, Array x, Array z) {
        this.function = function;
        this.x = x;
        this.z = z;
        this.from = windows(x);
        this.to = windows(z);
    }

    static boolean can(Array array) {
        return array.type() == ElementType.F64 && Device.IS_HOST;
    }

    static Operation of(DoubleUnaryOperator function, Array x, Array z) {
        return new HostDoubles(function, x, z);
    }

    @Override
    public void run(Key key) {
        for (int w = 0; w < from.length; w++) {
            for (int i = 0; i < from[w].capacity(); i++) {
                to[w].put(i, function.applyAsDouble(from[w].get(i)));
            }
        }
    }

    private static DoubleBuffer[] windows(Array array) {
        DoubleBuffer[] all = new DoubleBuffer[(int) ((array.size() + WINDOW - 1) / WINDOW)];
        for (int i = 0; i < all.length; i++) {
            long first = (long) i * WINDOW;
            all[i] = array.window(first * Double.BYTES, Math.min(WINDOW, array.size() - first) * Double.BYTES)
                    .order(ByteOrder.nativeOrder()).asDoubleBuffer();
        }
        return all;
    }
}
