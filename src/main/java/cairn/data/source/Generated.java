package cairn.data.source;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.random.Key;
import java.util.List;

/**
 * Points in the plane, made from a key: small problems with a visible answer. Row i is of class {@code i % classes}, and
 * {@code noise} is the standard deviation of the noise on each coordinate. Computed with {@link StrictMath}: the same
 * bits on every machine.
 */
final class Generated {

    /** A row before noise; {@code along} in (0, 1) is its place along the curve of its class. */
    private interface Curve {
        double[] point(int kind, double along);
    }

    private static final int MOST_CLASSES = 1 << 20;
    private static final List<String> DISCS = List.of("left", "right", "top");
    private static final double[][] CENTRES = {{-0.35, -0.2}, {0.35, -0.2}, {0, 0.4}};
    private static final double RADIUS = 0.65;

    private Generated() {
    }

    /** Arms that wind out of the origin to radius 1, one a class, through four radians. */
    static Table spirals(int rows, int classes, double noise, Key key) {
        return curves("spirals", rows, classes, noise, key, (kind, along) -> {
            double angle = 2 * Math.PI * kind / classes + 4 * along;
            return new double[] {along * StrictMath.cos(angle), along * StrictMath.sin(angle)};
        });
    }

    /** Two half circles of radius 1 that reach into each other. */
    static Table moons(int rows, double noise, Key key) {
        return curves("moons", rows, 2, noise, key, (kind, along) -> {
            double x = StrictMath.cos(Math.PI * along);
            double y = StrictMath.sin(Math.PI * along);
            return kind == 0 ? new double[] {x, y} : new double[] {1 - x, 0.5 - y};
        });
    }

    /** Clouds whose centres stand evenly on the unit circle, one a class. */
    static Table blobs(int rows, int classes, double noise, Key key) {
        return curves("blobs", rows, classes, noise, key, (kind, along) -> {
            double angle = 2 * Math.PI * kind / classes;
            return new double[] {StrictMath.cos(angle), StrictMath.sin(angle)};
        });
    }

    /** The corners (0,0), (1,0), (1,1), (0,1) in turn, of class 0 where the coordinates are equal and 1 where they differ. */
    static Table xor(int rows, double noise, Key key) {
        check("xor", rows, 2, noise);
        float[] points = new float[2 * rows];
        int[] classes = new int[rows];
        for (int i = 0; i < rows; i++) {
            int x = (i + 1) / 2 % 2;
            int y = i / 2 % 2;
            put(points, i, new double[] {x, y}, noise, key.fold("noise"));
            classes[i] = x ^ y;
        }
        return Table.ofFloats("xor", new long[] {2}, points, Labels.Classes.numbered(2), classes);
    }

    /**
     * Points of the square from -1 to 1, evenly distributed, each in none or several of three discs that overlap. A disc has the radius 0.65
     * and its centre at (-0.35, -0.2), (0.35, -0.2) or (0, 0.4). The noise is on the coordinates that are seen, so near a rim no
     * model is always right.
     */
    static Table discs(int rows, double noise, Key key) {
        check("discs", rows, 2, noise);
        float[] points = new float[2 * rows];
        float[] targets = new float[DISCS.size() * rows];
        Key places = key.fold("places");
        for (int i = 0; i < rows; i++) {
            double[] point = {2 * places.uniform(2L * i) - 1, 2 * places.uniform(2L * i + 1) - 1};
            for (int d = 0; d < DISCS.size(); d++) {
                double x = point[0] - CENTRES[d][0];
                double y = point[1] - CENTRES[d][1];
                targets[DISCS.size() * i + d] = x * x + y * y < RADIUS * RADIUS ? 1 : 0;
            }
            put(points, i, point, noise, key.fold("noise"));
        }
        return Table.ofFloats("discs", new long[] {2}, points, new Labels.Reals(DISCS), targets);
    }

    private static Table curves(String name, int rows, int classes, double noise, Key key, Curve curve) {
        check(name, rows, classes, noise);
        float[] points = new float[2 * rows];
        int[] kinds = new int[rows];
        double perClass = (rows + classes - 1) / classes;
        for (int i = 0; i < rows; i++) {
            kinds[i] = i % classes;
            put(points, i, curve.point(kinds[i], (i / classes + 0.5) / perClass), noise, key.fold("noise"));
        }
        return Table.ofFloats(name, new long[] {2}, points, Labels.Classes.numbered(classes), kinds);
    }

    private static void put(float[] points, int i, double[] point, double noise, Key key) {
        points[2 * i] = (float) (point[0] + noise * key.gaussian(2L * i));
        points[2 * i + 1] = (float) (point[1] + noise * key.gaussian(2L * i + 1));
    }

    static void check(String name, int rows, int classes, double noise) {
        if (rows < 1 || rows > Integer.MAX_VALUE / 2 || classes < 2 || classes > MOST_CLASSES || !(noise >= 0) || Double.isInfinite(noise)) {
            throw new IllegalArgumentException("data " + name + " needs at least 1 row, 2 classes and a noise of 0 or more, and at most "
                    + Integer.MAX_VALUE / 2 + " rows and " + MOST_CLASSES + " classes; found "
                    + rows + " rows, " + classes + " classes and noise " + noise);
        }
    }
}
