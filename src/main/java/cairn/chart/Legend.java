package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Below the plots: what each line is, in rows from left to right. */
final class Legend {
    private static final double SAMPLE = 36;
    private static final double GAP = 8;
    private static final double APART = 26;
    private static final double ROW = 22;

    private final List<List<Series>> rows = new ArrayList<>();
    private final double left;

    /**
     * The legend of all series; none for a single one.
     *
     * @param left where it begins
     */
    Legend(List<Panel> panels, double left) {
        // What the axis says already needs no line here.
        this(panels.stream().flatMap(p -> p.series().stream().filter(s -> !s.name().equals(p.y().label()))), left);
    }

    /** The legend of these series, of several of one name the first. */
    Legend(Stream<Series> series, double left) {
        this.left = left;
        Map<String, Series> byName = new LinkedHashMap<>();
        series.forEach(s -> byName.putIfAbsent(s.name(), s));
        double x = left;
        for (Series s : byName.size() > 1 ? byName.values() : Set.<Series>of()) {
            double width = SAMPLE + GAP + Look.width(text(s), Look.SMALL);
            if (rows.isEmpty() || x + width > Look.WIDTH - Look.EDGE) {
                rows.add(new ArrayList<>());
                x = left;
            }
            rows.get(rows.size() - 1).add(s);
            x += width + APART;
        }
    }

    double height() {
        return rows.size() * ROW;
    }

    void paint(Graphics2D g, double top, Lettering letters) {
        for (int row = 0; row < rows.size(); row++) {
            double x = left;
            double y = top + ROW * row + ROW / 2;
            for (Series s : rows.get(row)) {
                g.setColor(Palette.line(s));
                g.setStroke(Palette.stroke(s));
                if (s.style() != Series.Style.POINTS) {
                    g.draw(new Line2D.Double(x, y, x + SAMPLE, y));
                }
                if (s.style() == Series.Style.POINTS || s.style() == Series.Style.LINE_AND_POINTS) {
                    g.setStroke(new BasicStroke(1));
                    Palette.marker(g, s, x + SAMPLE / 2, y);
                }
                letters.left(g, text(s), Look.SMALL, x + SAMPLE + GAP, y + 5);
                x += SAMPLE + GAP + Look.width(text(s), Look.SMALL) + APART;
            }
        }
    }

    private String text(Series s) {
        return Look.shortened(s.name(), Look.SMALL, Look.WIDTH - Look.EDGE - left - SAMPLE - GAP);
    }
}
