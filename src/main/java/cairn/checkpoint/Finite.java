package cairn.checkpoint;

import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.nio.ByteBuffer;

/** Whether a state's tensors hold numbers only: a state with a NaN or an infinity in it is one from which nothing can go on. */
final class Finite {
    /** All bits of the exponent set means infinity or NaN (IEEE 754, 3.4). */
    private static final int FLOAT_EXPONENT = 0x7f80_0000;
    private static final long DOUBLE_EXPONENT = 0x7ff0_0000_0000_0000L;

    private Finite() {
    }

    static boolean isFinite(State state) {
        return state.entries().values().stream().allMatch(v -> !(v instanceof Value.Tensor t) || isFinite(t));
    }

    private static boolean isFinite(Value.Tensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        if (tensor.type() == ElementType.F32) {
            for (int at = 0; at < bytes.limit(); at += Float.BYTES) {
                if ((bytes.getInt(at) & FLOAT_EXPONENT) == FLOAT_EXPONENT) {
                    return false;
                }
            }
        } else if (tensor.type() == ElementType.F64) {
            for (int at = 0; at < bytes.limit(); at += Double.BYTES) {
                if ((bytes.getLong(at) & DOUBLE_EXPONENT) == DOUBLE_EXPONENT) {
                    return false;
                }
            }
        }
        return true;
    }
}
