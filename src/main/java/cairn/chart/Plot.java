package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One plot in its place: grid, bands, lines, points. Each line is one path, so that its dashes run on from point to point however close these
 * are.
 *
 * @param box where its points are
 */
record Plot(Panel panel, Scale x, Scale y, Rectangle2D box) {
    private static final double TICKS_APART = 34;
    /** Between the lower edge and the zeros of the first series, and between those of two series. */
    private static final double ZEROS = 9;

    static Plot of(Panel panel, Scale x, Rectangle2D box) {
        DoubleStream values = panel.series().stream().flatMapToDouble(s -> s.points().stream().filter(p -> x.holds(p.x()))
                .flatMapToDouble(p -> s.spread() == Series.Spread.NONE ? DoubleStream.of(p.y()) : DoubleStream.of(p.low(), p.y(), p.high())));
        return new Plot(panel, x, Scale.of(panel.y(), values, box.getHeight()), box);
    }

    List<Scale.Tick> ticks() {
        return y.ticks(TICKS_APART);
    }

    double left(double value) {
        return box.getX() + x.place(value);
    }

    /** The place of a value; the lower edge of one that a logarithmic axis has no place for. */
    double top(double value) {
        return y.isLogarithmic() && value <= 0 ? box.getMaxY() : box.getMaxY() - y.place(value);
    }

    void grid(Graphics2D g, List<Scale.Tick> below, Lettering letters) {
        g.setStroke(new BasicStroke(1));
        g.setColor(Look.FAINT_RULE);
        y.between().forEach(v -> g.draw(new Line2D.Double(box.getX(), top(v), box.getMaxX(), top(v))));
        g.setColor(Look.RULE);
        below.forEach(t -> g.draw(new Line2D.Double(left(t.value()), box.getY(), left(t.value()), box.getMaxY())));
        for (Scale.Tick t : ticks()) {
            g.setColor(Look.RULE);
            g.draw(new Line2D.Double(box.getX(), top(t.value()), box.getMaxX(), top(t.value())));
            letters.right(g, t.label(), Look.SMALL, box.getX() - 8, top(t.value()) + 5);
        }
        g.setColor(Look.INK);
        g.draw(new Line2D.Double(box.getX(), box.getMaxY(), box.getMaxX(), box.getMaxY()));
        g.draw(new Line2D.Double(box.getX(), box.getY(), box.getX(), box.getMaxY()));
    }

    /** The series: first what lies below. */
    void series(Graphics2D g) {
        boolean isOutside = panel.series().stream().flatMap(s -> s.points().stream()).anyMatch(p -> !Double.isNaN(p.y())
                && (!x.holds(p.x()) || !y.holds(p.y()) && !(y.isLogarithmic() && p.y() == 0)));
        Shape clip = g.getClip();
        if (isOutside) {
            g.setClip(new Rectangle2D.Double(box.getX(), box.getY() - 2, box.getWidth(), box.getHeight() + 4));
        }
        panel.series().stream().filter(s -> s.spread() == Series.Spread.BAND).forEach(s -> bands(g, s));
        for (Series.Tone tone : List.of(Series.Tone.FAINT, Series.Tone.PAST, Series.Tone.FULL)) {
            panel.series().stream().filter(s -> s.tone() == tone).forEach(s -> draw(g, s));
        }
        if (isOutside) {
            g.setClip(clip);
        }
        List<Series> withZeros = panel.series().stream().filter(s -> y.isLogarithmic() && zeros(s) > 0).toList();
        for (int i = 0; i < withZeros.size(); i++) {
            drawZeros(g, withZeros.get(i), box.getMaxY() - ZEROS * (i + 1));
        }
    }

    private boolean isDrawn(Point p) {
        return !Double.isNaN(p.y()) && (p.y() > 0 || !y.isLogarithmic());
    }

    private void draw(Graphics2D g, Series s) {
        g.setColor(Palette.line(s));
        if (s.spread() == Series.Spread.BARS) {
            g.setStroke(new BasicStroke(1.4f));
            s.points().stream().filter(this::isDrawn).filter(p -> p.low() < p.high())
                    .forEach(p -> g.draw(new Line2D.Double(left(p.x()), top(p.low()), left(p.x()), top(p.high()))));
        }
        if (s.style() != Series.Style.POINTS) {
            g.setStroke(Palette.stroke(s));
            g.draw(line(s));
        }
        if (s.style() == Series.Style.POINTS || s.style() == Series.Style.LINE_AND_POINTS) {
            g.setStroke(new BasicStroke(1));
            s.points().stream().filter(this::isDrawn).forEach(p -> Palette.marker(g, s, left(p.x()), top(p.y())));
        }
    }

    /** The whole line as one path; a point alone between gaps as a short dash. */
    private Path2D line(Series s) {
        Path2D path = new Path2D.Double();
        boolean isOpen = false;
        List<Point> points = s.points();
        for (int i = 0; i < points.size(); i++) {
            Point p = points.get(i);
            if (!isDrawn(p)) {
                isOpen = false;
            } else if (isOpen) {
                if (s.style() == Series.Style.STEPS) {
                    path.lineTo(left(p.x()), top(points.get(i - 1).y()));
                }
                path.lineTo(left(p.x()), top(p.y()));
            } else {
                isOpen = true;
                boolean isAlone = i + 1 == points.size() || !isDrawn(points.get(i + 1));
                path.moveTo(left(p.x()) - (isAlone ? 2 : 0), top(p.y()));
                if (isAlone) {
                    path.lineTo(left(p.x()) + 2, top(p.y()));
                }
            }
        }
        return path;
    }

    /** A polygon along the lower ends and back along the upper ones; at a gap it is closed and a new one begins. */
    private void bands(Graphics2D g, Series s) {
        g.setColor(Palette.shade(s));
        List<Point> part = new ArrayList<>();
        for (Point p : s.points()) {
            if (isDrawn(p) && p.low() < p.high()) {
                part.add(p);
            } else {
                band(g, part);
                part.clear();
            }
        }
        band(g, part);
    }

    private void band(Graphics2D g, List<Point> part) {
        if (part.size() == 1) {
            Point p = part.get(0);
            g.fill(new Rectangle2D.Double(left(p.x()) - 3, top(p.high()), 6, top(p.low()) - top(p.high())));
        } else if (part.size() > 1) {
            Path2D path = new Path2D.Double();
            path.moveTo(left(part.get(0).x()), top(part.get(0).low()));
            part.stream().skip(1).forEach(p -> path.lineTo(left(p.x()), top(p.low())));
            for (int i = part.size() - 1; i >= 0; i--) {
                path.lineTo(left(part.get(i).x()), top(part.get(i).high()));
            }
            path.closePath();
            g.fill(path);
        }
    }

    /** How many points of a series are 0 on a logarithmic axis. */
    long zeros(Series s) {
        return y.isLogarithmic() ? s.points().stream().filter(p -> p.y() == 0).count() : 0;
    }

    /** A triangle that points down at the first and the last of each stretch of zeros, and a line between them. */
    private void drawZeros(Graphics2D g, Series s, double at) {
        g.setColor(Palette.line(s));
        List<Point> points = s.points();
        int first = -1;
        for (int i = 0; i < points.size(); i++) {
            boolean isZero = points.get(i).y() == 0;
            first = !isZero ? -1 : first < 0 ? i : first;
            boolean isLast = isZero && (i + 1 == points.size() || points.get(i + 1).y() != 0);
            if (isLast) {
                double from = left(points.get(first).x());
                double to = left(points.get(i).x());
                g.setStroke(new BasicStroke(1.2f));
                g.draw(new Line2D.Double(from, at, to, at));
                triangle(g, from, at);
                triangle(g, to, at);
            }
        }
    }

    private static void triangle(Graphics2D g, double x, double y) {
        Path2D path = new Path2D.Double();
        path.moveTo(x - 4, y - 4);
        path.lineTo(x + 4, y - 4);
        path.lineTo(x, y + 4);
        path.closePath();
        g.fill(path);
    }
}
