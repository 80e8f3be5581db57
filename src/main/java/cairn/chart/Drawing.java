package cairn.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.internal.chartpart.IChart;

/** Draws charts: those with bars by XChart. */
final class Drawing {
    /** Space above the highest bar; it also prevents ticks at the numbers of the bars. */
    private static final double HEADROOM = 1.04;

    private Drawing() {
    }

    static byte[] svg(Chart chart) {
        Set<String> texts = new LinkedHashSet<>();
        Svg svg = new Svg(texts, chart.height());
        paint(chart, svg, texts);
        try {
            return svg.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] png(Chart chart) {
        BufferedImage image = new BufferedImage(Look.WIDTH * Look.PIXELS_PER_UNIT, chart.height() * Look.PIXELS_PER_UNIT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(Look.PIXELS_PER_UNIT, Look.PIXELS_PER_UNIT);
        paint(chart, g, new LinkedHashSet<>());
        g.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam smallest = writer.getDefaultWriteParam();
        smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        smallest.setCompressionQuality(0);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), smallest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Every text that XChart writes comes into {@code texts}, the labels of ticks while it is painted. */
    private static void paint(Chart chart, Graphics2D g, Set<String> texts) {
        if (chart instanceof Bars bars) {
            texts.add(chart.title());
            bars(bars, texts).paint(g, Look.WIDTH, chart.height());
        } else if (chart instanceof Regions regions) {
            Field.paint(regions, g);
        } else {
            Figure.paint(chart instanceof Curves curves ? curves.panels() : (Panels) chart, g, chart.height());
        }
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
            s.setLineColor(Color.WHITE).setFillColor(Palette.colour(group.look().orElse(i + 1)));
        }
        return drawn;
    }
}
