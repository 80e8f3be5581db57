package cairn.tensor.op;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.GoldenValues;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.op.Convolutions.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against plain Java loops, in float (oneDNN's code where that is the build) and in double (ND4J's own), and against PyTorch. */
@Tag("device")
class ConvolutionsTest {
    private static final Key KEY = Key.of(1);

    /** One convolution: image height and width, channels, kernel height and width, filters, geometry. */
    record Case(int height, int width, int channels, int kh, int kw, int filters, Geometry g) {
        long outputHeight() {
            return g.output(height, kh);
        }

        long outputWidth() {
            return g.output(width, kw);
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean same : new boolean[] {true, false}) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int dilation = 1; dilation <= 2; dilation++) {
                    Geometry g = new Geometry(stride, dilation, same);
                    cases.add(new Case(7, 6, 2, 3, 3, 4, g));
                    cases.add(new Case(6, 7, 3, 3, 2, 1, g));
                    cases.add(new Case(5, 5, 1, 2, 2, 3, g));
                }
            }
            // Channels in the sizes of oneDNN's blocks, and sizes beside them.
            cases.add(new Case(6, 5, 16, 3, 3, 32, new Geometry(1, 1, same)));
            cases.add(new Case(9, 9, 17, 5, 5, 15, new Geometry(2, 1, same)));
            cases.add(new Case(4, 4, 8, 1, 1, 16, new Geometry(1, 1, same)));
            cases.add(new Case(4, 4, 3, 1, 1, 5, new Geometry(2, 1, same)));
            // A stride beyond the window, which leaves out pixels.
            cases.add(new Case(6, 7, 3, 1, 1, 5, new Geometry(3, 1, same)));
            cases.add(new Case(8, 8, 2, 1, 1, 2, new Geometry(4, 1, same)));
        }
        return cases;
    }

    /** The arrays of one case, and the expected results. */
    private static final class Bench {
        private static final int BATCH = 3;
        private final Case c;
        private final Array x;
        private final Array w;
        private final Array b;
        private final Array y;
        private final Array dy;
        private final Array dx;
        private final Array dw;
        private final double[] expectedY;
        private final double[] expectedDx;
        private final double[] expectedDw;

        Bench(Case c, ElementType type) {
            this.c = c;
            x = Array.zeros(type, BATCH, c.height, c.width, c.channels);
            x.set(Samples.numbers(x.size(), "x"));
            y = Array.filled(type, Double.NaN, BATCH, c.outputHeight(), c.outputWidth(), c.filters);
            dy = Array.zeros(type, y.shape());
            dy.set(Samples.numbers(dy.size(), "dy"));
            dx = Array.filled(type, Double.NaN, x.shape());
            // As in training, parameters and their gradients are views of flat vectors at odd offsets.
            w = Samples.view(type, "w", c.kh, c.kw, c.channels, c.filters);
            b = Samples.view(type, "b", c.filters);
            dw = Samples.result(type, w.shape());
            expectedY = new double[(int) y.size()];
            expectedDx = new double[(int) x.size()];
            expectedDw = new double[(int) w.size()];
            loop();
        }

        /** TensorFlow's padding before the first pixel: the smaller half. */
        private static int before(Geometry g, int size, int kernel) {
            int output = (int) ((size + g.stride() - 1) / g.stride());
            int total = (int) Math.max(0, (output - 1) * g.stride() + (kernel - 1) * g.dilation() + 1 - size);
            return g.same() ? total / 2 : 0;
        }

        private void loop() {
            double[] xs = x.toDoubles();
            double[] ws = w.toDoubles();
            double[] bs = b.toDoubles();
            double[] dys = dy.toDoubles();
            int top = before(c.g, c.height, c.kh);
            int left = before(c.g, c.width, c.kw);
            int at = 0;
            for (int n = 0; n < BATCH; n++) {
                for (int i = 0; i < c.outputHeight(); i++) {
                    for (int j = 0; j < c.outputWidth(); j++) {
                        for (int f = 0; f < c.filters; f++, at++) {
                            expectedY[at] = bs[f];
                            for (int p = 0; p < c.kh; p++) {
                                for (int q = 0; q < c.kw; q++) {
                                    int row = (int) (i * c.g.stride() + p * c.g.dilation()) - top;
                                    int column = (int) (j * c.g.stride() + q * c.g.dilation()) - left;
                                    if (row < 0 || row >= c.height || column < 0 || column >= c.width) {
                                        continue;
                                    }
                                    for (int k = 0; k < c.channels; k++) {
                                        int xi = ((n * c.height + row) * c.width + column) * c.channels + k;
                                        int wi = ((p * c.kw + q) * c.channels + k) * c.filters + f;
                                        expectedY[at] += xs[xi] * ws[wi];
                                        expectedDx[xi] += dys[at] * ws[wi];
                                        expectedDw[wi] += dys[at] * xs[xi];
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        void check(String what, Array found, double[] expected) {
            // A sum of some hundred products in float, in another order.
            double tolerance = found.type() == ElementType.F32 ? 2e-5 : 1e-13;
            assertClose(what + " of " + c + " in " + found.type().label(), found.toDoubles(), expected, tolerance, 10);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void convolutionAndItsGradientsEqualPlainLoops(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Bench t = new Bench(c, type);
            Convolutions.convolve(c.g, t.x, t.w, t.b, t.y).run(KEY);
            t.check("y", t.y, t.expectedY);
            Rows.subtractPerColumn(t.y, t.b, t.y).run(KEY);
            double[] withoutBias = t.y.toDoubles();
            Convolutions.convolve(c.g, t.x, t.w, t.y).run(KEY);
            t.check("y without bias", t.y, withoutBias);
            Convolutions.gradients(c.g, t.x, t.w, t.dy, t.dx, t.dw).run(KEY);
            t.check("dx", t.dx, t.expectedDx);
            t.check("dw", t.dw, t.expectedDw);
            t.dw.fill(Double.NaN);
            Convolutions.weightGradient(c.g, t.x, t.w, t.dy, t.dw).run(KEY);
            t.check("dw alone", t.dw, t.expectedDw);
            assertThat(t.x.toDoubles()).as("x").isEqualTo(new Bench(c, type).x.toDoubles());
        }
    }

    @Test
    void equalsPyTorch() {
        GoldenValues golden = GoldenValues.of("layers");
        for (String name : golden.cases()) {
            if (!name.startsWith("convolution-")) {
                continue;
            }
            GoldenValues c = golden.under(name);
            Geometry g = new Geometry(c.integer("stride"), c.integer("dilation"), c.text("padding").equals("same"));
            Array x = array(c, "x");
            Array w = array(c, "w");
            Array b = array(c, "b");
            Array dy = array(c, "dy");
            Array y = Array.zeros(ElementType.F64, dy.shape());
            Array dx = Array.zeros(ElementType.F64, x.shape());
            Array dw = Array.zeros(ElementType.F64, w.shape());
            Array db = Array.zeros(ElementType.F64, b.shape());
            Convolutions.convolve(g, x, w, b, y).run(KEY);
            assertClose(name + " y", y.toDoubles(), c.flat("y"), 1e-9, 1e-3);
            Convolutions.gradients(g, x, w, dy, dx, dw).run(KEY);
            Rows.sumOverRows(dy, db).run(KEY);
            assertClose(name + " dx", dx.toDoubles(), c.flat("dx"), 1e-9, 1e-3);
            assertClose(name + " dw", dw.toDoubles(), c.flat("dw"), 1e-9, 1e-3);
            assertClose(name + " db", db.toDoubles(), c.flat("db"), 1e-9, 1e-3);
            Convolutions.weightGradient(g, x, w, dy, dw).run(KEY);
            assertClose(name + " dw alone", dw.toDoubles(), c.flat("dw"), 1e-9, 1e-3);
        }
    }

    @Test
    void outputSizesAreThoseOfTheFormula() {
        assertThat(new Geometry(1, 1, false).output(28, 3)).isEqualTo(26);
        assertThat(new Geometry(2, 1, false).output(28, 3)).isEqualTo(13);
        assertThat(new Geometry(1, 2, false).output(28, 3)).isEqualTo(24);
        assertThat(new Geometry(3, 1, true).output(28, 3)).isEqualTo(10);
        assertThat(new Geometry(1, 1, false).output(2, 3)).isZero();
        assertThat(new Geometry(2, 1, false).output(1, 4)).isNegative();
    }

    @Test
    void refusesToPadOneSideWhileTheOtherLeavesOutPixels() {
        assertThatThrownBy(() -> new Geometry(4, 1, true).paddingMode(5, 8, 2, 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stride 4").hasMessageContaining("5 x 8").hasMessageContaining("valid");
    }

    @Test
    void aNanReachesEveryPixelThatSeesIt() {
        Array x = Array.filled(ElementType.F32, 1, 1, 4, 4, 1);
        double[] pixels = x.toDoubles();
        pixels[0] = Double.NaN;
        x.set(pixels);
        Array y = Array.zeros(ElementType.F32, 1, 4, 4, 1);
        Convolutions.convolve(new Geometry(1, 1, true), x, Array.zeros(ElementType.F32, 3, 3, 1, 1), y).run(KEY);
        double[] found = y.toDoubles();
        assertThat(new double[] {found[0], found[1], found[4], found[5]}).containsOnly(Double.NaN);
        assertThat(found[15]).isZero();
    }

    private static Array array(GoldenValues c, String name) {
        Array a = Array.zeros(ElementType.F64, c.shape(name));
        a.set(c.flat(name));
        return a;
    }
}
