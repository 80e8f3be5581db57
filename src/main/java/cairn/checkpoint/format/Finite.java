package cairn.checkpoint.format;

import cairn.state.State;
import cairn.state.Value;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;

/** Whether the numbers of a state are finite with which a model computes. What else a training keeps does not count. */
final class Finite {
    /** Below these paths lie the numbers of a model. A state without any of them is looked at as a whole. */
    private static final List<String> OF_A_MODEL = List.of("model/", "average/");
    /** All bits of the exponent set means infinity or NaN (IEEE 754, 3.4). Then adding its lowest bit reaches the sign. */
    private static final int FLOAT_EXPONENT = 0x7f80_0000;
    private static final int FLOAT_LOWEST = 0x0080_0000;
    private static final long DOUBLE_EXPONENT = 0x7ff0_0000_0000_0000L;
    private static final long DOUBLE_LOWEST = 0x0010_0000_0000_0000L;
    /** Elements that are looked at together: Java makes vector instructions of a loop without an exit in its middle. */
    private static final int PORTION = 4096;

    private final boolean hasModel;

    Finite(State state) {
        hasModel = state.entries().keySet().stream().anyMatch(Finite::isOfModel);
    }

    /** Whether the numbers at {@code path} count. */
    boolean isAsked(String path) {
        return !hasModel || isOfModel(path);
    }

    private static boolean isOfModel(String path) {
        return OF_A_MODEL.stream().anyMatch(path::startsWith);
    }

    static boolean isFinite(Value.Tensor tensor) {
        return switch (tensor.type()) {
            case F32 -> areFinite(tensor.bytes().asIntBuffer());
            case F64 -> areFinite(tensor.bytes().asLongBuffer());
            default -> true;
        };
    }

    private static boolean areFinite(IntBuffer floats) {
        int[] some = new int[Math.min(PORTION, floats.remaining())];
        while (floats.hasRemaining()) {
            int count = Math.min(some.length, floats.remaining());
            floats.get(some, 0, count);
            int sums = 0;
            for (int i = 0; i < count; i++) {
                sums |= (some[i] & FLOAT_EXPONENT) + FLOAT_LOWEST;
            }
            if (sums < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean areFinite(LongBuffer doubles) {
        long[] some = new long[Math.min(PORTION, doubles.remaining())];
        while (doubles.hasRemaining()) {
            int count = Math.min(some.length, doubles.remaining());
            doubles.get(some, 0, count);
            long sums = 0;
            for (int i = 0; i < count; i++) {
                sums |= (some[i] & DOUBLE_EXPONENT) + DOUBLE_LOWEST;
            }
            if (sums < 0) {
                return false;
            }
        }
        return true;
    }
}
