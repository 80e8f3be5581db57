package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.op.Convolutions.Geometry;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Against plain loops, to the bit, with numbers of all kinds, also such that are equal and such that are not finite. */
class WindowMaximaTest {
    private static final float[] SPECIAL = {0f, -0f, 1f, -1f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-38f};

    @Property(tries = 200)
    void maximaAndTheirGradientEqualPlainLoops(@ForAll @IntRange(min = 1, max = 3) int batch, @ForAll @IntRange(min = 1, max = 4) int window,
            @ForAll @IntRange(min = 0, max = 6) int moreDown, @ForAll @IntRange(min = 0, max = 6) int moreAcross,
            @ForAll @IntRange(min = 1, max = 19) int channels, @ForAll boolean ofRelu, @ForAll long seed) {
        // Elsewhere ND4J does this work.
        if (HostLoops.can(Array.zeros(ElementType.F32, 1))) {
            check(new Random(seed), batch, window, window + moreDown, window + moreAcross, channels, ofRelu);
        }
    }

    /** Enough numbers for several threads. */
    @Test
    void theNumberOfThreadsChangesNothing() {
        assumeTrue(HostLoops.can(Array.zeros(ElementType.F32, 1)), "arrays are in the memory of a device");
        check(new Random(1), 5, 2, 71, 69, 17, true);
        check(new Random(2), 3, 3, 100, 61, 33, false);
        check(new Random(3), 1, 300, 301, 302, 2, false);
    }

    @Test
    void onlyWindowsSideBySideThatLieWithinTheImageFit() {
        Geometry valid = new Geometry(2, 1, false);
        Geometry same = new Geometry(2, 1, true);
        assertThat(WindowMaxima.fit(2, valid, 1, 4, 4, 1)).isTrue();
        assertThat(WindowMaxima.fit(2, valid, 1, 5, 7, 1)).as("pixels are left over").isTrue();
        assertThat(WindowMaxima.fit(2, same, 1, 4, 4, 1)).isTrue();
        assertThat(WindowMaxima.fit(2, same, 1, 5, 4, 1)).as("padding below").isFalse();
        assertThat(WindowMaxima.fit(2, same, 1, 4, 5, 1)).as("padding on the right").isFalse();
        assertThat(WindowMaxima.fit(3, valid, 1, 6, 6, 1)).as("windows overlap").isFalse();
        assertThat(WindowMaxima.fit(1, valid, 1, 6, 6, 1)).as("pixels between windows").isFalse();
        assertThat(WindowMaxima.fit(2, new Geometry(2, 2, false), 1, 6, 6, 1)).as("dilation").isFalse();
        assertThat(WindowMaxima.fit(2, valid, 3, 1 << 14, 1 << 14, 1)).isTrue();
        assertThat(WindowMaxima.fit(2, valid, 3, 1 << 14, 1 << 14, 2)).as("an image larger than a buffer").isFalse();
    }

    private static void check(Random random, int batch, int window, int height, int width, int channels, boolean ofRelu) {
        int down = height / window;
        int across = width / window;
        Array x = Array.zeros(ElementType.F32, batch, height, width, channels);
        Array y = Array.filled(ElementType.F32, Double.NaN, batch, down, across, channels);
        Array dy = Array.zeros(ElementType.F32, y.shape());
        Array dx = Array.filled(ElementType.F32, Double.NaN, x.shape());
        float[] xs = numbers(random, (int) x.size());
        float[] dys = numbers(random, (int) y.size());
        float[] expected = new float[dys.length];
        float[] gradient = new float[xs.length];
        int at = 0;
        for (int n = 0; n < batch; n++) {
            for (int i = 0; i < down; i++) {
                for (int j = 0; j < across; j++) {
                    for (int c = 0; c < channels; c++, at++) {
                        int first = -1;
                        for (int k = 0; k < window * window; k++) {
                            int pixel = ((n * height + i * window + k / window) * width + j * window + k % window) * channels + c;
                            first = first < 0 || xs[pixel] > xs[first] ? pixel : first;
                        }
                        // A zero that was the maximum has no sign.
                        expected[at] = (ofRelu ? Math.max(xs[first], 0f) : xs[first]) + 0f;
                        if (!ofRelu || xs[first] > 0) {
                            gradient[first] = dys[at];
                        }
                    }
                }
            }
        }
        x.set(xs, 0, xs.length);
        dy.set(dys, 0, dys.length);
        // Twice, because results of the first run must not affect the second.
        var forward = WindowMaxima.maxima(window, ofRelu, x, y);
        var backward = WindowMaxima.gradient(window, ofRelu, x, y, dy, dx);
        for (int run = 0; run < 2; run++) {
            forward.run();
            backward.run();
            requireBits(y, expected);
            requireBits(dx, gradient);
        }
        int bad = random.nextInt(batch * down * window * width * channels);
        int line = bad / (width * channels) % (down * window);
        int column = bad / channels % width;
        if (column < across * window) {
            int image = bad / (down * window * width * channels);
            xs[((image * height + line) * width + column) * channels + bad % channels] = random.nextBoolean() ? Float.NaN
                    : Float.intBitsToFloat(0xffc0_0001);
            expected[((image * down + line / window) * across + column / window) * channels + bad % channels] = Float.NaN;
            x.set(xs, 0, xs.length);
            forward.run();
            requireBits(y, expected);
        }
    }

    private static float[] numbers(Random random, int n) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = random.nextBoolean() ? (float) random.nextGaussian() : SPECIAL[random.nextInt(SPECIAL.length)];
        }
        return numbers;
    }

    /** All NaNs are equal. */
    private static void requireBits(Array found, float[] expected) {
        float[] numbers = new float[expected.length];
        found.get(numbers, numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            if (Float.floatToIntBits(numbers[i]) != Float.floatToIntBits(expected[i])) {
                assertThat(numbers[i]).as("number %d", i).isEqualTo(expected[i]);
            }
        }
    }
}
