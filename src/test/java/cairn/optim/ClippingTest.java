package cairn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("device")
class ClippingTest {

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aLongGradientIsScaledToTheNormAndItsOwnNormReported(ElementType type) {
        Array g = vector(type, 3, 0, -4);
        assertThat(norm(new ClipNorm(2.5).wire(g))).isEqualTo(5);
        double factor = 2.5 / (5 + 1e-6);
        assertThat(g.toDoubles()).containsExactly(new double[] {3 * factor, 0, -4 * factor}, within(1e-6));
    }

    @Test
    void aWiredClipLooksAtTheGradientOfEachStep() {
        Array g = vector(ElementType.F64, 3, 0, -4);
        Clipping.Clip clip = new ClipNorm(2.5).wire(g);
        clip.apply();
        assertThat(clip.norm()).hasValue(5);
        g.set(new double[] {0, 0.5, 0});
        clip.apply();
        assertThat(clip.norm()).hasValue(0.5);
        assertThat(g.toDoubles()).containsExactly(0, 0.5, 0);
        g.set(new double[] {0, 50, 0});
        clip.apply();
        assertThat(clip.norm()).hasValue(50);
        assertThat(g.toDoubles()[1]).isCloseTo(2.5, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aShortGradientKeepsItsBits(ElementType type) {
        Array g = vector(type, 0.3, -0.0, 0.1);
        double[] before = g.toDoubles();
        new ClipNorm(1).wire(g).apply();
        assertThat(g.toDoubles()).containsExactly(before);
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aGradientThatIsNotFiniteIsReportedAndLeftAsItIs(ElementType type) {
        for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            Array g = vector(type, 3, odd, -4);
            assertThat(norm(new ClipNorm(1).wire(g))).isNotFinite();
            // On a device the norm is not read before clipping; no update is made with such a gradient.
            assertThat(Backend.isDevice() || Arrays.equals(g.toDoubles(), new double[] {3, odd, -4})).isTrue();
        }
    }

    /** The direction stays, and the norm is the one asked for, from gradients of 1e-15 to those whose squares fit no number of their type. */
    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void aGradientOfAnySizeIsShortened(ElementType type) {
        for (int exponent = -15; exponent <= (type == ElementType.F32 ? 37 : 307); exponent += 4) {
            double scale = Math.pow(10, exponent);
            Array g = vector(type, 3 * scale, 0, -4 * scale, 12 * scale);
            Clipping.Clip clip = new ClipNorm(1e-16).wire(g);
            if (Backend.isDevice() && exponent >= (type == ElementType.F32 ? 17 : 152)) {
                clip.applyToLarge();
            } else {
                clip.apply();
            }
            double tolerance = type == ElementType.F32 ? 1e-6 : 1e-14;
            assertThat(clip.norm().orElseThrow()).isCloseTo(13 * scale, within(13 * scale * 1e-6));
            double last = g.toDoubles()[3];
            assertThat(g.toDoubles()[0] / last).isCloseTo(0.25, within(tolerance));
            assertThat(g.toDoubles()[2] / last).isCloseTo(-1.0 / 3, within(tolerance));
            if (exponent >= 0) {
                assertThat(last).isCloseTo(12.0 / 13 * 1e-16, within(1e-22));
            }
        }
    }

    @Test
    void theNormIsThatOfTheWholeVectorHoweverLong() {
        int n = 100_003;
        Array g = Array.filled(ElementType.F32, 0.01, n);
        double norm = norm(new ClipNorm(1).wire(g));
        assertThat(norm).isCloseTo(0.01 * Math.sqrt(n), within(1e-4));
        assertThat(norm(new ClipNorm(10).wire(g))).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void clipValueBoundsEachElementByItself(ElementType type) {
        Array g = vector(type, 3, 0.25, -4, Double.NaN);
        Clipping.Clip clip = new ClipValue(0.5).wire(g);
        clip.apply();
        assertThat(clip.norm()).isEmpty();
        assertThat(new ClipValue(0.5).usesNorm()).isFalse();
        assertThat(new ClipNorm(0.5).usesNorm()).isTrue();
        assertThat(g.toDoubles()).containsExactly(0.5, 0.25, -0.5, Double.NaN);
    }

    private static double norm(Clipping.Clip clip) {
        clip.apply();
        return clip.norm().orElseThrow();
    }

    private static Array vector(ElementType type, double... values) {
        Array a = Array.zeros(type, values.length);
        a.set(values);
        return a;
    }
}
