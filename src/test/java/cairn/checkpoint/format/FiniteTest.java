package cairn.checkpoint.format;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.ElementType;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** One element that is no number is found wherever it stands; the largest and the smallest numbers are none. */
class FiniteTest {
    /** More than is looked at together, and no multiple of it. */
    private static final int COUNT = 10_001;

    private static boolean isFinite(ElementType type, ByteBuffer bytes) {
        return Finite.isFinite(new Value.Tensor(type, new long[] {bytes.capacity() / type.bytes()}, bytes));
    }

    private static ByteBuffer floats(int at, float value) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(COUNT * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < COUNT; i++) {
            bytes.putFloat(i * Float.BYTES, (i - COUNT / 2) * 0.1f);
        }
        return bytes.putFloat(at * Float.BYTES, value);
    }

    private static ByteBuffer doubles(int at, double value) {
        return ByteBuffer.allocate(COUNT * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(at * Double.BYTES, value);
    }

    @Test
    void oneElementThatIsNoNumberIsFoundWhereverItStands() {
        for (int at : new int[] {0, 1, 4095, 4096, 8191, 8192, COUNT - 1}) {
            for (float f : new float[] {Float.NaN, Float.intBitsToFloat(0xffc0_0001), Float.intBitsToFloat(0x7f80_0001), Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY}) {
                assertThat(isFinite(ElementType.F32, floats(at, f))).as("%s at %s", f, at).isFalse();
                assertThat(isFinite(ElementType.F64, doubles(at, f))).as("%s at %s", f, at).isFalse();
            }
        }
    }

    @Test
    void theLargestAndSmallestNumbersAreFinite() {
        for (float f : new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, Float.MIN_NORMAL, -0.0f}) {
            assertThat(isFinite(ElementType.F32, floats(7, f))).isTrue();
        }
        for (double d : new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, Double.MIN_NORMAL, -0.0}) {
            assertThat(isFinite(ElementType.F64, doubles(7, d))).isTrue();
        }
    }

    @Test
    void integersHaveNoInfinity() {
        assertThat(isFinite(ElementType.I32, floats(7, Float.NaN))).isTrue();
        assertThat(isFinite(ElementType.I64, doubles(7, Double.NaN))).isTrue();
    }
}
