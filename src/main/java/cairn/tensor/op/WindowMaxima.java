package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.FIXED;
import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The maxima of windows that lie side by side, and their gradient, in one pass over float images in the host's memory; if asked for, of
 * max(x, 0), so that a ReLU before the pooling takes no pass of its own. ND4J takes three passes for a maximum that shows a NaN, and for the
 * gradient it computes the maxima again, into memory that it allocates.
 *
 * <p>Numbers are compared as integers, which the compiler of the JVM turns into vector instructions: {@link #ordered} maps the bits of a
 * float to an integer so that larger floats have larger integers (both zeros have one), and a NaN has a larger one than every number. Rows
 * of an image are taken whole; the pixels at one place of all windows are then laid side by side.
 */
final class WindowMaxima implements Operation {
    private static final int WITHOUT_SIGN = 0x7fff_ffff;
    private static final int SIGN = 0x8000_0000;
    private static final int INFINITE = 0x7f80_0000;
    /** Elements of an image that one buffer spans. */
    private static final long MOST = 1 << 28;

    private final HostThreads threads;

    private WindowMaxima(HostThreads threads) {
        this.threads = threads;
    }

    /** Whether windows of {@code window} by {@code window} pixels lie side by side in images of shape {@code x}, and none reaches over the edge. */
    static boolean fit(long window, Convolutions.Geometry g, long... x) {
        return g.stride() == window && g.dilation() == 1 && g.covered(x[1], window) <= x[1] && g.covered(x[2], window) <= x[2]
                && x[1] * x[2] * x[3] <= MOST;
    }

    /** y = the maximum of each window of x, or of max(x, 0) if {@code ofRelu}; NaN if the window holds a NaN. */
    static Operation maxima(long window, boolean ofRelu, Array x, Array y) {
        Shape shape = Shape.of(window, x, y);
        IntBuffer[] from = images(x);
        IntBuffer[] to = images(y);
        return inParts(x, shape, (first, after) -> new Forward(shape, ofRelu, from, to, first, after));
    }

    /** dx: each dy is added to the first largest pixel of its window, of which {@code y} has the maximum; not to one that ReLU makes 0. */
    static Operation gradient(long window, boolean ofRelu, Array x, Array y, Array dy, Array dx) {
        Shape shape = Shape.of(window, x, y);
        IntBuffer[] from = images(x);
        IntBuffer[] largest = images(y);
        IntBuffer[] given = images(dy);
        IntBuffer[] to = images(dx);
        return inParts(x, shape, (first, after) -> new Backward(shape, ofRelu, from, largest, given, to, first, after));
    }

    @Override
    public void run(Key key) {
        threads.run();
    }

    /** Makes the work on the rows of windows from number {@code first} to before {@code after}, of all images together. */
    private interface Part {
        Runnable of(int first, int after);
    }

    private static Operation inParts(Array x, Shape shape, Part part) {
        int rows = Math.multiplyExact(Math.toIntExact(x.size(0)), shape.down);
        int count = Math.min(rows, HostThreads.count(x.size()));
        return new WindowMaxima(new HostThreads(IntStream.range(0, count)
                .mapToObj(p -> part.of((int) ((long) rows * p / count), (int) ((long) rows * (p + 1) / count))).toArray(Runnable[]::new)));
    }

    private static IntBuffer[] images(Array a) {
        long bytes = a.size() / a.size(0) * Float.BYTES;
        IntBuffer[] images = new IntBuffer[Math.toIntExact(a.size(0))];
        Arrays.setAll(images, n -> a.window(n * bytes, bytes).order(ByteOrder.nativeOrder()).asIntBuffer());
        return images;
    }

    /**
     * @param line numbers of a line of an image
     * @param window pixels along a side of a window
     * @param down windows in a column of an image
     * @param across windows in a line of an image
     */
    private record Shape(int height, int line, int channels, int window, int down, int across) {
        static Shape of(long window, Array x, Array y) {
            return new Shape(Math.toIntExact(x.size(1)), Math.toIntExact(x.size(2) * x.size(3)), Math.toIntExact(x.size(3)),
                    Math.toIntExact(window), Math.toIntExact(y.size(1)), Math.toIntExact(y.size(2)));
        }

        /** Numbers of a line that lie in windows. */
        int used() {
            return across * window * channels;
        }

        /** Numbers of a line of {@code y}. */
        int cells() {
            return across * channels;
        }

        /** Lays the pixels side by side that are number {@code q} in the lines of their windows. */
        void gather(int[] line, int q, int[] cells) {
            for (int j = 0; j < across; j++) {
                System.arraycopy(line, (j * window + q) * channels, cells, j * channels, channels);
            }
        }

        /** The opposite of {@link #gather}. */
        void scatter(int[] cells, int q, int[] line) {
            for (int j = 0; j < across; j++) {
                System.arraycopy(cells, j * channels, line, (j * window + q) * channels, channels);
            }
        }
    }

    private static final class Forward implements Runnable {
        private final Shape shape;
        private final boolean ofRelu;
        @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
        private final IntBuffer[] x;
        @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
        private final IntBuffer[] y;
        private final int first;
        private final int after;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] line;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] largestOfColumn;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] largest;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] cells;

        Forward(Shape shape, boolean ofRelu, IntBuffer[] x, IntBuffer[] y, int first, int after) {
            this.shape = shape;
            this.ofRelu = ofRelu;
            this.x = x;
            this.y = y;
            this.first = first;
            this.after = after;
            this.line = new int[shape.used()];
            this.largestOfColumn = new int[shape.used()];
            this.largest = new int[shape.cells()];
            this.cells = new int[shape.cells()];
        }

        @Override
        public void run() {
            for (int row = first; row < after; row++) {
                int image = row / shape.down;
                int i = row % shape.down;
                for (int p = 0; p < shape.window; p++) {
                    x[image].get((i * shape.window + p) * shape.line, line, 0, line.length);
                    if (p == 0) {
                        order(line, largestOfColumn, line.length);
                    } else {
                        raise(line, largestOfColumn, line.length);
                    }
                }
                shape.gather(largestOfColumn, 0, largest);
                for (int q = 1; q < shape.window; q++) {
                    shape.gather(largestOfColumn, q, cells);
                    raiseOrdered(cells, largest, cells.length);
                }
                if (ofRelu) {
                    rectify(largest, largest.length);
                } else {
                    backToBits(largest, largest.length);
                }
                y[image].put(i * largest.length, largest, 0, largest.length);
            }
        }
    }

    private static final class Backward implements Runnable {
        private final Shape shape;
        private final boolean ofRelu;
        @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
        private final IntBuffer[] x;
        @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
        private final IntBuffer[] y;
        @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
        private final IntBuffer[] dy;
        @Ephemeral(value = "views of the arrays' memory", kind = WIRING)
        private final IntBuffer[] dx;
        private final int first;
        private final int after;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] line;
        /** Zeros after the last window of the line. */
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] gradients;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] largest;
        /** The part of dy that has no place yet. */
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] rest;
        @Ephemeral(value = "filled before it is read", kind = SCRATCH)
        private final int[] cells;
        @Ephemeral(value = "zeros", kind = FIXED)
        private final int[] zeros;

        Backward(Shape shape, boolean ofRelu, IntBuffer[] x, IntBuffer[] y, IntBuffer[] dy, IntBuffer[] dx, int first, int after) {
            this.shape = shape;
            this.ofRelu = ofRelu;
            this.x = x;
            this.y = y;
            this.dy = dy;
            this.dx = dx;
            this.first = first;
            this.after = after;
            this.line = new int[shape.used()];
            this.gradients = new int[shape.line];
            this.largest = new int[shape.cells()];
            this.rest = new int[shape.cells()];
            this.cells = new int[shape.cells()];
            this.zeros = new int[shape.height > shape.down * shape.window ? shape.line : 0];
        }

        @Override
        public void run() {
            for (int row = first; row < after; row++) {
                int image = row / shape.down;
                int i = row % shape.down;
                y[image].get(i * largest.length, largest, 0, largest.length);
                dy[image].get(i * rest.length, rest, 0, rest.length);
                order(largest, largest, largest.length);
                if (ofRelu) {
                    keepWherePositive(largest, rest, rest.length);
                }
                for (int p = 0; p < shape.window; p++) {
                    int at = (i * shape.window + p) * shape.line;
                    x[image].get(at, line, 0, line.length);
                    for (int q = 0; q < shape.window; q++) {
                        shape.gather(line, q, cells);
                        take(largest, rest, cells, cells.length);
                        shape.scatter(cells, q, gradients);
                    }
                    dx[image].put(at, gradients, 0, gradients.length);
                }
                for (int under = shape.down * shape.window; i == shape.down - 1 && under < shape.height; under++) {
                    dx[image].put(under * shape.line, zeros, 0, zeros.length);
                }
            }
        }
    }

    private static int ordered(int bits) {
        int magnitude = bits & WITHOUT_SIGN;
        // -1 for negative numbers; 0 for the others, and for NaNs of any sign.
        int sign = bits >> 31 & ~(INFINITE - magnitude >> 31);
        return (magnitude ^ sign) - sign;
    }

    /** The larger one. The JVM makes no vector instructions of Math.max here; that takes three times as long. */
    private static int larger(int a, int b) {
        int differing = a ^ b;
        int difference = a - b;
        // -1 if a < b: the sign of the difference, or its opposite if that overflows (Warren, "Hacker's Delight", 2-12).
        int isLess = (difference ^ differing & (difference ^ a)) >> 31;
        return a ^ differing & isLess;
    }

    private static void order(int[] bits, int[] ordered, int n) {
        for (int i = 0; i < n; i++) {
            ordered[i] = ordered(bits[i]);
        }
    }

    private static void raise(int[] bits, int[] largest, int n) {
        for (int i = 0; i < n; i++) {
            largest[i] = larger(largest[i], ordered(bits[i]));
        }
    }

    private static void raiseOrdered(int[] ordered, int[] largest, int n) {
        for (int i = 0; i < n; i++) {
            largest[i] = larger(largest[i], ordered[i]);
        }
    }

    private static void rectify(int[] ordered, int n) {
        for (int i = 0; i < n; i++) {
            ordered[i] = ordered[i] & ~(ordered[i] >> 31);
        }
    }

    private static void backToBits(int[] ordered, int n) {
        for (int i = 0; i < n; i++) {
            int sign = ordered[i] >> 31;
            ordered[i] = (ordered[i] ^ sign) - sign | sign & SIGN;
        }
    }

    private static void keepWherePositive(int[] ordered, int[] rest, int n) {
        for (int i = 0; i < n; i++) {
            rest[i] = rest[i] & -ordered[i] >> 31;
        }
    }

    /** Moves what is left of dy to the cells that have the largest number; the other cells become 0. */
    private static void take(int[] largest, int[] rest, int[] cells, int n) {
        for (int i = 0; i < n; i++) {
            int difference = ordered(cells[i]) ^ largest[i];
            int differs = (difference | -difference) >> 31;
            int left = rest[i];
            cells[i] = left & ~differs;
            rest[i] = left & differs;
        }
    }
}
