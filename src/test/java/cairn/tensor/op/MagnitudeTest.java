package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("device")
class MagnitudeTest {

    /** One bad number is found at any place, in arrays that fill their blocks and arrays that do not. */
    @ParameterizedTest
    @CsvSource({"F32, 1", "F32, 7", "F32, 1023", "F32, 1024", "F32, 1025", "F32, 2500", "F64, 1", "F64, 2500"})
    void whatIsNotFiniteIsFoundWhereverItIs(ElementType type, int size) {
        Array x = Array.zeros(type, size);
        Magnitude magnitude = Magnitude.of(x);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i % 2 == 0 ? -0f : i;
        }
        x.set(values, 0, size);
        assertThat(magnitude.bound()).isFinite();
        for (int at : new int[] {0, size / 2, size - 1}) {
            for (float bad : new float[] {Float.NaN, -Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                float[] broken = values.clone();
                broken[at] = bad;
                x.set(broken, 0, size);
                assertThat(Double.isFinite(magnitude.bound())).as("%s at %d", bad, at).isFalse();
            }
        }
        x.set(values, 0, size);
        assertThat(magnitude.bound()).as("again").isFinite();
    }

    @ParameterizedTest
    @CsvSource({"3.4e38", "-3.4e38", "1e-45"})
    void extremeFloatsAreFinite(float value) {
        // On a device squares are summed, which may overflow: then the bound is infinite.
        assumeFalse(Backend.isDevice());
        assertThat(Magnitude.of(Array.filled(ElementType.F32, value, 2000)).bound()).isEqualTo(Math.abs(value));
    }

    /** No number exceeds it, from the smallest to the largest; where squares are summed, it is not much larger than the root of their sum. */
    @ParameterizedTest
    @CsvSource({"F32", "F64"})
    void noMagnitudeExceedsTheBound(ElementType type) {
        for (int exponent = -44; exponent <= 15; exponent++) {
            double scale = Math.pow(10, exponent);
            double[] values = new double[3001];
            double largest = 0;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (scale * Math.sin(i * i));
                largest = Math.max(largest, Math.abs(values[i]));
            }
            Array x = Array.zeros(type, values.length);
            x.set(values);
            double bound = Magnitude.of(x).bound();
            assertThat(bound).as("at %s", scale).isGreaterThanOrEqualTo(largest);
            assertThat(bound).as("at %s", scale).isLessThanOrEqualTo(1.1 * largest * Math.sqrt(values.length) + 1e-18);
        }
    }
}
