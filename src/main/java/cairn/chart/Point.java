package cairn.chart;

/**
 * One point of a series; a y that is NaN makes a gap.
 *
 * @param low where its error bar or band begins, {@code y} if it has none
 * @param high where it ends
 */
public record Point(double x, double y, double low, double high) {
    public Point {
        if (!Double.isFinite(x) || Double.isInfinite(y) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("a point needs finite numbers, found x " + x + ", y " + y + ", from " + low + " to " + high);
        }
        if (low > y || y > high) {
            throw new IllegalArgumentException("the error of a point must hold it, found y " + y + ", from " + low + " to " + high);
        }
    }

    /** Without error. */
    public static Point of(double x, double y) {
        return new Point(x, y, y, y);
    }

    /** With an error bar or band from {@code low} to {@code high}. */
    public static Point of(double x, double y, double low, double high) {
        return new Point(x, y, low, high);
    }
}
