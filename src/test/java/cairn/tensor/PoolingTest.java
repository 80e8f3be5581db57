package cairn.tensor;

import static cairn.tensor.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Convolutions.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against plain Java loops, in float (oneDNN's code where that is the build) and in double. */
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

    /** Index of each real pixel of the window of output pixel i, j. */
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
            // All negative, so that a padding of zeros would be the largest.
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
            Pooling.maxGradient(c.window, c.g, x, dy, dx).run(KEY);
            assertClose(c + " gradient of max", dx, ofMax);
            Pooling.average(c.window, c.g, x, y).run(KEY);
            assertClose(c + " average", y, average);
            Pooling.averageGradient(c.window, c.g, x, dy, dx).run(KEY);
            assertClose(c + " gradient of average", dx, ofAverage);
        }
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

    /** ND4J's maximum passes over a NaN, and takes the lowest number for the maximum of NaNs. */
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
