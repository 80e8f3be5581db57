package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where everything of a figure with plots is: title, words of the marks, plots above each other, the axis below them, notes, legend. */
final class Figure {
    private static final double TITLE = 40;
    private static final double MARK_WORDS = 18;
    private static final double PLOT = 190;
    private static final double BETWEEN = 16;
    private static final double AXIS = 48;
    private static final double NOTE = 18;
    private static final double TICKS_APART = 76;
    private static final BasicStroke MARK = new BasicStroke(1.3f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {2, 3}, 0);

    private final Panels panels;
    private final List<Plot> plots = new ArrayList<>();
    private final List<Scale.Tick> ticks;
    private final Legend legend;
    private final List<String> notes;
    private final Lettering letters = new Lettering();
    private final double bottom;

    private Figure(Panels panels, int height) {
        this.panels = panels;
        double left = left(panels);
        double width = Look.WIDTH - Look.EDGE - left;
        Scale x = Scale.of(panels.x(), panels.panels().stream().flatMap(p -> p.series().stream()).flatMap(s -> s.points().stream())
                .mapToDouble(Point::x), width);
        this.legend = new Legend(panels.panels(), left);
        double top = TITLE + (panels.marks().isEmpty() ? 0 : MARK_WORDS);
        // The notes decide how high the plots are, and which values are 0 does not depend on that.
        this.notes = notes(panels, x, width);
        double space = height - top - AXIS - legend.height() - NOTE * notes.size() - Look.EDGE - BETWEEN * (panels.panels().size() - 1);
        double each = space / panels.panels().size();
        for (int i = 0; i < panels.panels().size(); i++) {
            plots.add(Plot.of(panels.panels().get(i), x, new Rectangle2D.Double(left, top + i * (each + BETWEEN), width, each)));
        }
        this.bottom = top + space + BETWEEN * (panels.panels().size() - 1);
        this.ticks = x.ticks(Math.max(TICKS_APART, 14 + x.ticks(TICKS_APART).stream().mapToDouble(t -> Look.width(t.label(), Look.SMALL)).max()
                .orElse(0)));
    }

    /** The height that gives every plot its usual size. */
    static int height(Panels panels) {
        double left = left(panels);
        int count = panels.panels().size();
        Scale x = new Scale(false, 0, 1, Look.WIDTH - Look.EDGE - left);
        return (int) Math.ceil(TITLE + (panels.marks().isEmpty() ? 0 : MARK_WORDS) + count * (count == 1 ? 2 * PLOT : PLOT) + BETWEEN * (count - 1)
                + AXIS + NOTE * notes(panels, x, x.length()).size() + new Legend(panels.panels(), left).height() + Look.EDGE);
    }

    static void paint(Panels panels, Graphics2D g, int height) {
        prepare(g, height);
        new Figure(panels, height).paint(g);
    }

    /** White paper, and letters and lines without steps. */
    static void prepare(Graphics2D g, int height) {
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        g.fill(new Rectangle2D.Double(0, 0, Look.WIDTH, height));
    }

    /** Where the plots begin: behind the widest number of any of them. */
    private static double left(Panels panels) {
        double widest = 0;
        for (Panel p : panels.panels()) {
            Plot trial = Plot.of(p, new Scale(false, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1),
                    new Rectangle2D.Double(0, 0, 1, panels.panels().size() == 1 ? 2 * PLOT : PLOT));
            widest = Math.max(widest, trial.ticks().stream().mapToDouble(t -> Look.width(t.label(), Look.SMALL)).max().orElse(0));
        }
        return Look.EDGE + 26 + widest + 10;
    }

    /** What is said below: the notes of the chart, and what is 0 on a logarithmic axis. */
    private static List<String> notes(Panels panels, Scale x, double width) {
        List<String> all = new ArrayList<>();
        for (Panel p : panels.panels()) {
            Plot plot = Plot.of(p, x, new Rectangle2D.Double(0, 0, 1, 1));
            Map<String, String> zeros = new LinkedHashMap<>();
            p.series().stream().filter(s -> plot.zeros(s) > 0).forEach(s -> zeros.put(s.name(), s.name()
                    + (plot.zeros(s) == s.points().size() ? " everywhere" : " at " + plot.zeros(s) + " of " + s.points().size() + " points")));
            if (!zeros.isEmpty()) {
                all.add("\u25bc 0, which this axis has no place for: " + String.join("; ", zeros.values()));
            }
        }
        all.addAll(panels.notes());
        return all.stream().flatMap(note -> Look.wrapped(note, Look.NOTE, width).stream()).toList();
    }

    private void paint(Graphics2D g) {
        Rectangle2D first = plots.get(0).box();
        String title = Look.shortened(panels.title(), Look.LARGE, Look.WIDTH - 2 * Look.EDGE);
        letters.middle(g, title, Look.LARGE, first.getCenterX() - Math.max(0, first.getCenterX() + Look.width(title, Look.LARGE) / 2
                - (Look.WIDTH - Look.EDGE)), 26);
        plots.forEach(p -> p.grid(g, ticks, letters));
        marks(g);
        plots.forEach(p -> p.series(g));
        for (Plot p : plots) {
            Font font = Look.width(p.panel().y().label(), Look.MIDDLE) <= p.box().getHeight() ? Look.MIDDLE : Look.NOTE;
            letters.upwards(g, Look.shortened(p.panel().y().label(), font, p.box().getHeight() + BETWEEN), font, Look.EDGE + 14,
                    p.box().getCenterY());
        }
        // The last one may be wider than the space behind the axis.
        ticks.forEach(t -> letters.middle(g, t.label(), Look.SMALL, Math.min(plots.get(0).left(t.value()),
                Look.WIDTH - 2 - Look.width(t.label(), Look.SMALL) / 2), bottom + 18));
        letters.middle(g, panels.x().label(), Look.MIDDLE, first.getCenterX(), bottom + 38);
        for (int i = 0; i < notes.size(); i++) {
            letters.left(g, notes.get(i), Look.NOTE, first.getX(), bottom + AXIS + NOTE * i + 12);
        }
        legend.paint(g, bottom + AXIS + NOTE * notes.size(), letters);
    }

    /** Words that would lie on each other are left out, but not the lines. */
    private void marks(Graphics2D g) {
        Rectangle2D first = plots.get(0).box();
        double free = 0;
        List<Mark> sorted = panels.marks().stream().sorted(Comparator.comparingDouble(Mark::x)).toList();
        for (Mark mark : sorted) {
            double at = plots.get(0).left(mark.x());
            if (at < first.getX() - 0.5 || at > first.getMaxX() + 0.5) {
                continue;
            }
            g.setColor(mark.look().isPresent() ? Palette.colour(mark.look().getAsInt()) : Look.PAST);
            g.setStroke(MARK);
            plots.forEach(p -> g.draw(new Line2D.Double(at, p.box().getY(), at, p.box().getMaxY())));
            // Marks in one place share their words.
            String words = String.join(", ", sorted.stream().filter(m -> m.x() == mark.x()).map(Mark::text).distinct().toList());
            double width = Look.width(words, Look.NOTE);
            double begin = Math.max(first.getX(), Math.min(at - width / 2, Look.WIDTH - Look.EDGE - width));
            if (begin > free) {
                letters.left(g, words, Look.NOTE, begin, first.getY() - 5);
                free = begin + width + 8;
            }
        }
    }
}
