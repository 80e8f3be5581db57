package cairn.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;

/**
 * A named row of points.
 *
 * @param spread how the points' errors are drawn
 * @param look the number of its colour and dash; given by the order of the series if it has none
 */
public record Series(String name, Style style, Spread spread, List<Point> points, OptionalInt look, Tone tone) {

    /** How the points are drawn. */
    public enum Style {
        LINE, POINTS, LINE_AND_POINTS, STEPS
    }

    /** How the points' errors are drawn. */
    public enum Spread {
        NONE, BARS, BAND
    }

    /** How much a series stands out. */
    public enum Tone {
        FULL,
        /** A thin, pale line of the same colour. */
        FAINT,
        /** A grey, dashed line, whatever the look. Several of one name are one thing. */
        PAST
    }

    public Series {
        points = List.copyOf(points);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a series needs a name");
        }
    }

    /** With the look that its place among the others gives. */
    public Series(String name, Style style, Spread spread, List<Point> points) {
        this(name, style, spread, points, OptionalInt.empty(), Tone.FULL);
    }

    /** A line through points. */
    public static Series line(String name, List<Point> points) {
        return new Series(name, Style.LINE, Spread.NONE, points);
    }

    /** Points without a line. */
    public static Series points(String name, List<Point> points) {
        return new Series(name, Style.POINTS, Spread.NONE, points);
    }

    /** A line through {@code f} at {@code count} places from {@code from} to {@code to}, in equal ratios if {@code byRatio}. */
    public static Series of(String name, double from, double to, int count, boolean byRatio, DoubleUnaryOperator f) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double part = (double) i / (count - 1);
            double x = byRatio ? from * Math.pow(to / from, part) : from + (to - from) * part;
            points.add(Point.of(x, f.applyAsDouble(x)));
        }
        return line(name, points);
    }

    /** In another style. */
    public Series as(Style other) {
        return new Series(name, other, spread, points, look, tone);
    }

    /** With its errors drawn. */
    public Series with(Spread other) {
        return new Series(name, style, other, points, look, tone);
    }

    /** With another tone. */
    public Series in(Tone other) {
        return new Series(name, style, spread, points, look, other);
    }

    /** With the look of this number. */
    public Series looking(int number) {
        return new Series(name, style, spread, points, OptionalInt.of(number), tone);
    }
}
