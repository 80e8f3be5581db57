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
class FinitenessTest {

    /** One bad number is found at any place, in arrays that fill their blocks and arrays that do not. */
    @ParameterizedTest
    @CsvSource({"F32, 1", "F32, 1023", "F32, 1024", "F32, 2500", "F64, 1", "F64, 2500"})
    void whatIsNotFiniteIsFoundWhereverItIs(ElementType type, int size) {
        Array x = Array.zeros(type, size);
        Finiteness finiteness = Finiteness.of(x);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i % 2 == 0 ? -0f : i;
        }
        x.set(values, 0, size);
        assertThat(finiteness.isCertain()).isTrue();
        for (int at : new int[] {0, size / 2, size - 1}) {
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                float[] broken = values.clone();
                broken[at] = bad;
                x.set(broken, 0, size);
                assertThat(finiteness.isCertain()).as("%s at %d", bad, at).isFalse();
            }
        }
        x.set(values, 0, size);
        assertThat(finiteness.isCertain()).as("again").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"3.4e38", "-3.4e38", "1e-45"})
    void extremeFloatsAreFinite(float value) {
        // On a device squares are summed, which may overflow: then finiteness is not certain.
        assumeFalse(Backend.isDevice());
        assertThat(Finiteness.of(Array.filled(ElementType.F32, value, 2000)).isCertain()).isTrue();
    }
}
