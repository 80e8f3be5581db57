package cairn.tensor.op;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Convolutions.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against plain Java loops, in float (oneDNN's code where that is the build) and in double. */
@Tag("device")
class PoolingTest {
    private static final Key KEY = Key.of(1);
    private static final int BATCH = 2;

    record Case(int height, int width, int channels, int window, Geometry g) {
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean same : new boolean[] {true, false}) {
            for (int window = 1; window <= 3; window++) {
                for (int stride = 1; stride <= 3; stride++) {
                    cases.add(new Case(6, 7, 3, window, new Geometry(stride, 1, same)));
                    cases.add(new Case(5, 4, 16, window, new Geometry(stride, 1, same)));
                }
            }
        }
        return cases;
    }

    /** The index of each real pixel in the window of output pixel i, j. */
    private static List<Integer> window(Case c, int n, int i, int j, int k) {
        Geometry g = c.g;
        int top = padding(g, c.height, c.window);
        int left = padding(g, c.width, c.window);
        List<Integer> pixels = new ArrayList<>();
        for (int p = 0; p < c.window; p++) {
            for (int q = 0; q < c.window; q++) {
                int row = (int) (i * g.stride()) + p - top;
                int column = (int) (j * g.stride()) + q - left;
                if (row >= 0 && row < c.height && column >= 0 && column < c.width) {
                    pixels.add(((n * c.height + row) * c.width + column) * c.channels + k);
                }
            }
        }
        return pixels;
    }

    private static int padding(Geometry g, int size, int window) {
        int output = (int) ((size + g.stride() - 1) / g.stride());
        return g.same() ? (int) Math.max(0, (output - 1) * g.stride() + window - size) / 2 : 0;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void maximumAverageAndTheirGradientsEqualPlainLoops(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            int height = (int) c.g.output(c.height, c.window);
            int width = (int) c.g.output(c.width, c.window);
            Array x = Array.zeros(type, BATCH, c.height, c.width, c.channels);
            // All negative, so that a padding of zeros would be the maximum.
            x.set(Arrays.stream(Samples.numbers(x.size(), "x")).map(v -> v - 9).toArray());
            Array y = Array.filled(type, Double.NaN, BATCH, height, width, c.channels);
            Array dy = Array.zeros(type, y.shape());
            dy.set(Samples.numbers(dy.size(), "dy"));
            Array dx = Array.filled(type, Double.NaN, x.shape());
            double[] xs = x.toDoubles();
            double[] dys = dy.toDoubles();
            double[] max = new double[dys.length];
            double[] average = new double[dys.length];
            double[] ofMax = new double[xs.length];
            double[] ofAverage = new double[xs.length];
            int at = 0;
            for (int n = 0; n < BATCH; n++) {
                for (int i = 0; i < height; i++) {
                    for (int j = 0; j < width; j++) {
                        for (int k = 0; k < c.channels; k++, at++) {
                            List<Integer> window = window(c, n, i, j, k);
                            int largest = window.stream().reduce((a, b) -> xs[b] > xs[a] ? b : a).orElseThrow();
                            max[at] = xs[largest];
                            ofMax[largest] += dys[at];
                            average[at] = window.stream().mapToDouble(p -> xs[p]).average().orElseThrow();
                            for (int p : window) {
                                ofAverage[p] += dys[at] / window.size();
                            }
                        }
                    }
                }
            }
            Pooling.max(c.window, c.g, x, y).run(KEY);
            assertClose(c + " max", y, max);
            Pooling.maxGradient(c.window, c.g, x, y, dy, dx).run(KEY);
            assertClose(c + " gradient of max", dx, ofMax);
            Pooling.average(c.window, c.g, x, y).run(KEY);
            assertClose(c + " average", y, average);
            Pooling.averageGradient(c.window, c.g, x, dy, dx).run(KEY);
            assertClose(c + " gradient of average", dx, ofAverage);
            dx.fill(Double.NaN);
            OverlappingWindows.maxGradient(c.window, c.g, x, dy, dx).run(KEY);
            assertClose(c + " gradient of max, added in a fixed order", dx, ofMax);
            dx.fill(Double.NaN);
            OverlappingWindows.averageGradient(c.window, c.g, x, dy, dx).run(KEY);
            assertClose(c + " gradient of average, added in a fixed order", dx, ofAverage);
        }
    }

    static List<Case> overlapping() {
        return cases().stream().filter(c -> OverlappingWindows.are(c.window, c.g)).toList();
    }

    /** In double, which the native library adds window by window; with many equal pixels, so that the first one in a window matters. */
    @ParameterizedTest
    @MethodSource("overlapping")
    void whatIsAddedInAFixedOrderHasTheBitsOfTheNativeGradients(Case c) {
        Array x = Array.zeros(ElementType.F64, BATCH, c.height, c.width, c.channels);
        x.set(Arrays.stream(Samples.numbers(x.size(), "x")).map(v -> Math.max(0, Math.round(v))).toArray());
        Array dy = Array.zeros(ElementType.F64, BATCH, c.g.output(c.height, c.window), c.g.output(c.width, c.window), c.channels);
        double[] numbers = Samples.numbers(dy.size(), "dy");
        dy.set(numbers);
        Array dx = Samples.result(ElementType.F64, x.shape());
        Array expected = Samples.result(ElementType.F64, x.shape());
        // Twice, because results of the first run must not affect the second.
        for (int run = 0; run < 2; run++) {
            Pooling.nativeAverageGradient(c.window, c.g, x, dy, expected).run(KEY);
            OverlappingWindows.averageGradient(c.window, c.g, x, dy, dx).run(KEY);
            assertThat(dx.toDoubles()).as(c + " average").isEqualTo(expected.toDoubles());
        }
        // Whole numbers, whose sums have the same bits in any order.
        dy.set(Arrays.stream(numbers).map(v -> Math.rint(100 * v)).toArray());
        Operation maxGradient = OverlappingWindows.maxGradient(c.window, c.g, x, dy, dx);
        for (int run = 0; run < 2; run++) {
            Pooling.nativeMaxGradient(c.window, c.g, x, dy, expected).run(KEY);
            maxGradient.run(KEY);
            assertThat(dx.toDoubles()).as(c + " max").isEqualTo(expected.toDoubles());
        }
    }

    /** The difference quotient of Σ dy·y for each pixel of x; the largest pixels differ by more than its step. */
    @ParameterizedTest
    @MethodSource("overlapping")
    void gradientsInAFixedOrderAreThoseOfFiniteDifferences(Case c) {
        Array x = Array.zeros(ElementType.F64, 1, c.height, c.width, 2);
        double[] xs = Samples.numbers(x.size(), "x");
        Array y = Array.zeros(ElementType.F64, 1, c.g.output(c.height, c.window), c.g.output(c.width, c.window), 2);
        Array dy = Array.zeros(ElementType.F64, y.shape());
        double[] dys = Samples.numbers(dy.size(), "dy");
        dy.set(dys);
        x.set(xs);
        Array ofMax = Samples.result(ElementType.F64, x.shape());
        Array ofAverage = Samples.result(ElementType.F64, x.shape());
        OverlappingWindows.maxGradient(c.window, c.g, x, dy, ofMax).run(KEY);
        OverlappingWindows.averageGradient(c.window, c.g, x, dy, ofAverage).run(KEY);
        Samples.assertClose(c + " max", ofMax.toDoubles(), differences(Pooling.max(c.window, c.g, x, y), x, xs, y, dys), 1e-7, 1);
        Samples.assertClose(c + " average", ofAverage.toDoubles(),
                differences(Pooling.average(c.window, c.g, x, y), x, xs, y, dys), 1e-7, 1);
    }

    private static double[] differences(Operation forward, Array x, double[] xs, Array y, double[] dys) {
        double step = 1e-6;
        double[] slopes = new double[xs.length];
        for (int i = 0; i < xs.length; i++) {
            for (int sign : new int[] {1, -1}) {
                double[] moved = xs.clone();
                moved[i] += sign * step;
                x.set(moved);
                forward.run(KEY);
                double[] ys = y.toDoubles();
                for (int k = 0; k < ys.length; k++) {
                    slopes[i] += sign * dys[k] * ys[k] / (2 * step);
                }
            }
        }
        return slopes;
    }

    @Test
    void averageOfImageAndItsGradientEqualPlainLoops() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array x = Array.zeros(type, 3, 4, 7, 5);
            x.set(Samples.numbers(x.size(), "x"));
            Array y = Array.filled(type, Double.NaN, 3, 5);
            Array dy = Array.zeros(type, 3, 5);
            dy.set(Samples.numbers(dy.size(), "dy"));
            Array dx = Array.filled(type, Double.NaN, x.shape());
            double[] xs = x.toDoubles();
            double[] dys = dy.toDoubles();
            double[] average = new double[15];
            double[] gradient = new double[xs.length];
            for (int i = 0; i < xs.length; i++) {
                int cell = i / (28 * 5) * 5 + i % 5;
                average[cell] += xs[i] / 28;
                gradient[i] = dys[cell] / 28;
            }
            Pooling.averageOfImage(x, y).run(KEY);
            assertClose("average", y, average);
            Pooling.averageOfImageGradient(x, dy, dx).run(KEY);
            assertClose("gradient", dx, gradient);
        }
    }

    /** ND4J's maximum ignores a NaN, and gives the lowest number as the maximum of NaNs. */
    @Test
    void aNanInAWindowIsSeen() {
        Geometry g = new Geometry(2, 1, false);
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int at = 0; at < 4; at++) {
                double[] pixels = {-1, -2, -3, -4, 5, 6, 7, 8};
                pixels[(at >> 1) * 4 + (at & 1)] = Double.NaN;
                Array x = Array.zeros(type, 1, 2, 4, 1);
                x.set(pixels);
                Array y = Array.zeros(type, 1, 1, 2, 1);
                Pooling.max(2, g, x, y).run(KEY);
                assertThat(y.toDoubles()).isEqualTo(new double[] {Double.NaN, 8});
            }
            Array y = Array.zeros(type, 1, 1, 1, 1);
            Pooling.max(2, g, Array.filled(type, Double.NaN, 1, 2, 2, 1), y).run(KEY);
            assertThat(y.value()).isNaN();
        }
    }
}
