package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws charts with XChart. */
final class Drawing {
    private static final Marker[] MARKERS = {SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.TRIANGLE_DOWN, SeriesMarkers.CROSS};
    /** Space above the highest bar; it also prevents ticks at the numbers of the bars. */
    private static final double HEADROOM = 1.04;
    private static final BasicStroke WHISKER = new BasicStroke(1.4f);

    private Drawing() {
    }

    static byte[] svg(Chart chart) {
        Set<String> texts = new LinkedHashSet<>();
        Svg svg = new Svg(texts);
        prepared(chart, texts).paint(svg, Look.WIDTH, Look.HEIGHT);
        try {
            return svg.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] png(Chart chart) {
        BufferedImage image = new BufferedImage(Look.WIDTH * Look.PIXELS_PER_UNIT, Look.HEIGHT * Look.PIXELS_PER_UNIT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(Look.PIXELS_PER_UNIT, Look.PIXELS_PER_UNIT);
        prepared(chart, new LinkedHashSet<>()).paint(g, Look.WIDTH, Look.HEIGHT);
        g.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Every text of the chart comes into {@code texts}, the labels of ticks while it is painted. */
    private static IChart prepared(Chart chart, Set<String> texts) {
        texts.add(chart.title());
        return chart instanceof Curves curves ? curves(curves, texts) : bars((Bars) chart, texts);
    }

    private static IChart curves(Curves chart, Set<String> texts) {
        List<String> names = chart.series().stream().map(Series::name).toList();
        texts.addAll(names);
        XYChart drawn = new XYChartBuilder().width(Look.WIDTH).height(Look.HEIGHT).title(chart.title()).xAxisTitle(chart.x().label())
                .yAxisTitle(chart.y().label()).build();
        Look.apply(drawn.getStyler(), names);
        Look.x(drawn.getStyler(), chart.x(), Look.spread(chart.x(), chart.series().stream().flatMap(s -> s.points().stream())
                .mapToDouble(Point::x)), texts);
        Look.y(drawn.getStyler(), chart.y(), Look.spread(chart.y(), chart.series().stream().flatMap(s -> s.points().stream())
                .mapToDouble(Point::y)), texts);
        roundTicks(drawn, chart);
        // Bands first: later drawings lie above earlier ones.
        for (int i = 0; i < chart.series().size(); i++) {
            if (chart.series().get(i).spread() == Series.Spread.BAND) {
                band(drawn, chart.series().get(i), i);
            }
        }
        for (int i = 0; i < chart.series().size(); i++) {
            if (chart.series().get(i).spread() == Series.Spread.BARS) {
                whiskers(drawn, chart.series().get(i), i);
            }
            line(drawn, chart.series().get(i), i);
        }
        return drawn;
    }

    /** XChart puts ticks at the data if these are equally spaced, even at odd numbers; a point that is not drawn prevents it. */
    private static void roundTicks(XYChart drawn, Curves chart) {
        double[] x = chart.series().stream().flatMap(s -> s.points().stream()).mapToDouble(Point::x).sorted().toArray();
        Point first = chart.series().stream().flatMap(s -> s.points().stream()).filter(p -> !Double.isNaN(p.y())).findFirst().orElseThrow();
        double between = x[0] + (x[x.length - 1] - x[0]) * 0.37;
        hidden(drawn, "ticks", new double[] {between, first.x()}, new double[] {Double.NaN, first.y()}).setLineStyle(SeriesLines.NONE);
    }

    private static void line(XYChart drawn, Series series, int index) {
        double[] x = series.points().stream().mapToDouble(Point::x).toArray();
        double[] y = series.points().stream().mapToDouble(Point::y).toArray();
        XYSeries s = drawn.addSeries(series.name(), x, y);
        s.setXYSeriesRenderStyle(series.style() == Series.Style.STEPS ? XYSeriesRenderStyle.Step : XYSeriesRenderStyle.Line);
        s.setLineStyle(series.style() == Series.Style.POINTS ? SeriesLines.NONE : Palette.stroke(index))
                .setLineColor(Palette.colour(index));
        boolean hasMarkers = series.style() == Series.Style.POINTS || series.style() == Series.Style.LINE_AND_POINTS;
        s.setMarker(hasMarkers ? MARKERS[index % MARKERS.length] : SeriesMarkers.NONE).setMarkerColor(Palette.colour(index));
    }

    /** A polygon along the lower ends and back along the upper ones; at a gap it is closed and a new one begins. */
    private static void band(XYChart drawn, Series series, int index) {
        List<Point> part = new ArrayList<>();
        int parts = 0;
        for (Point p : series.points()) {
            if (Double.isNaN(p.y())) {
                parts = polygon(drawn, series, index, part, parts);
                part.clear();
            } else {
                part.add(p);
            }
        }
        polygon(drawn, series, index, part, parts);
    }

    private static int polygon(XYChart drawn, Series series, int index, List<Point> part, int parts) {
        if (part.size() < 2) {
            return parts;
        }
        int n = part.size();
        double[] x = new double[2 * n];
        double[] y = new double[2 * n];
        for (int i = 0; i < n; i++) {
            x[i] = part.get(i).x();
            y[i] = part.get(i).low();
            x[2 * n - 1 - i] = part.get(i).x();
            y[2 * n - 1 - i] = part.get(i).high();
        }
        hidden(drawn, series.name() + " band " + parts, x, y).setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea)
                .setLineStyle(SeriesLines.NONE).setFillColor(Palette.shade(index));
        return parts + 1;
    }

    /**
     * One line with gaps, from the lower end of each error bar to its upper end: so the two ends may have different lengths, on any axis.
     */
    private static void whiskers(XYChart drawn, Series series, int index) {
        int n = series.points().size();
        double[] x = new double[3 * n];
        double[] y = new double[3 * n];
        for (int i = 0; i < n; i++) {
            Point p = series.points().get(i);
            x[3 * i] = x[3 * i + 1] = x[3 * i + 2] = p.x();
            y[3 * i] = p.low();
            y[3 * i + 1] = p.high();
            y[3 * i + 2] = Double.NaN;
        }
        hidden(drawn, series.name() + " errors", x, y).setXYSeriesRenderStyle(XYSeriesRenderStyle.Line).setLineStyle(WHISKER)
                .setLineColor(Palette.colour(index));
    }

    private static XYSeries hidden(XYChart drawn, String name, double[] x, double[] y) {
        XYSeries s = drawn.addSeries("\u0000" + name, x, y);
        s.setShowInLegend(false);
        s.setMarker(SeriesMarkers.NONE);
        return s;
    }

    private static IChart bars(Bars chart, Set<String> texts) {
        List<String> names = chart.groups().stream().map(Bars.Group::name).toList();
        texts.addAll(names);
        texts.addAll(chart.categories());
        texts.add(chart.x());
        CategoryChart drawn = new CategoryChartBuilder().width(Look.WIDTH).height(Look.HEIGHT).title(chart.title()).xAxisTitle(chart.x())
                .yAxisTitle(chart.y().label()).build();
        Look.apply(drawn.getStyler(), names);
        Look.y(drawn.getStyler(), chart.y(), Look.spread(chart.y(), chart.groups().stream().flatMap(g -> g.values().stream())
                .mapToDouble(v -> v)), texts);
        if (!chart.y().isLogarithmic() && chart.y().to().isEmpty()) {
            chart.highest().ifPresent(top -> drawn.getStyler().setYAxisMax(top * HEADROOM));
        }
        drawn.getStyler().setAvailableSpaceFill(chart.groups().size() == 1 ? 0.6 : 0.8).setPlotGridVerticalLinesVisible(false);
        for (int i = 0; i < chart.groups().size(); i++) {
            Bars.Group group = chart.groups().get(i);
            CategorySeries s = group.errors().isEmpty() ? drawn.addSeries(group.name(), chart.categories(), group.values())
                    : drawn.addSeries(group.name(), chart.categories(), group.values(), group.errors());
            // Not from the first colour on: black is for lines.
            s.setLineColor(Color.WHITE).setFillColor(Palette.colour(i + 1));
        }
        return drawn;
    }
}
