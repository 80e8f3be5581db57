package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The common look of all charts: size, fonts, greys, and a legend outside the plot. */
final class Look {
    /** The size of a picture. */
    static final int WIDTH = 860;
    static final int HEIGHT = 500;
    static final int PIXELS_PER_UNIT = 2;
    static final float LINE = 2.2f;
    static final int MARKER = 8;
    /** From this ratio of the ends of a logarithmic axis on, only its decades are labelled. */
    private static final double DECADES_ONLY = 300;

    /** Free space at the edges of a picture. */
    static final double EDGE = 12;
    /** Not of size 12, which the SVG would leave out as the usual one. */
    static final Font NOTE = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    static final Font MIDDLE = new Font(Font.SANS_SERIF, Font.PLAIN, 15);
    static final Font LARGE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    static final List<Font> FONTS = List.of(SMALL, MIDDLE, LARGE);
    static final Color INK = new Color(0x222222);
    static final Color PAST = new Color(0x8C8C8C);
    static final Color RULE = new Color(0xE2E2E2);
    static final Color FAINT_RULE = new Color(0xF2F2F2);
    /** The width of a legend's entry without its text. */
    private static final int SAMPLE = 64;

    private Look() {
    }

    static void apply(AxesChartStyler styler, List<String> names) {
        styler.setChartBackgroundColor(Color.WHITE).setChartFontColor(INK).setChartPadding(12).setChartTitleFont(LARGE)
                .setChartTitlePadding(8).setChartTitleBoxVisible(false).setPlotBackgroundColor(Color.WHITE).setPlotBorderColor(INK)
                .setPlotBorderVisible(false).setLocale(Locale.ROOT).setAntiAlias(true).setTextAntiAlias(true).setMarkerSize(MARKER);
        styler.setAxisTitleFont(MIDDLE).setAxisTickLabelsFont(SMALL).setAxisTickLabelsColor(INK).setAxisTickMarksColor(INK)
                .setPlotGridLinesColor(RULE).setPlotGridLinesStroke(new BasicStroke(1)).setErrorBarsColor(INK)
                .setAxisTitlePadding(8).setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        legend(styler, names);
    }

    static void x(AxesChartStyler styler, Axis x, double ratio, Set<String> texts) {
        texts.add(x.label());
        x.from().ifPresent(styler::setXAxisMin);
        x.to().ifPresent(styler::setXAxisMax);
        styler.setXAxisTickMarkSpacingHint(90).setXAxisTickLabelsFormattingFunction(labels(x, ratio, texts));
        if (x.isLogarithmic()) {
            styler.setXAxisLogarithmic(true).setXAxisLogarithmicDecadeOnly(ratio > DECADES_ONLY);
        }
    }

    static void y(AxesChartStyler styler, Axis y, double ratio, Set<String> texts) {
        texts.add(y.label());
        y.from().ifPresent(styler::setYAxisMin);
        y.to().ifPresent(styler::setYAxisMax);
        styler.setYAxisTickMarkSpacingHint(54).setYAxisTickLabelsFormattingFunction(labels(y, ratio, texts));
        if (y.isLogarithmic()) {
            styler.setYAxisLogarithmic(true).setYAxisLogarithmicDecadeOnly(ratio > DECADES_ONLY);
        }
    }

    /** The labels of an axis' ticks, which also come into {@code texts}. */
    private static Function<Double, String> labels(Axis axis, double ratio, Set<String> texts) {
        return value -> {
            String label = axis.isLogarithmic() ? decade(value, ratio) : plain(value);
            texts.add(label);
            return label;
        };
    }

    /** Over several decades each is labelled, over few 1, 2 and 5 of each, within half a decade every digit. */
    private static String decade(double value, double ratio) {
        String number = number(value);
        boolean isRound = number.replaceAll("e.*|[.]", "").replaceAll("^0+|0+$", "").matches("[125]");
        return isRound || ratio < 5 ? number : "";
    }

    /** {@code 0.25}, {@code 1,000}; as {@link #number} where that is shorter. */
    static String plain(double value) {
        double size = Math.abs(value);
        return size == 0 || size >= 1e-4 && size < 1e6 ? new DecimalFormat("#,##0.##########",
                DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value)
                : number(value);
    }

    /** The ratio of the largest to the smallest number on an axis. */
    static double spread(Axis axis, DoubleStream values) {
        DoubleSummaryStatistics all = values.filter(v -> !Double.isNaN(v)).summaryStatistics();
        return axis.to().orElse(all.getMax()) / axis.from().orElse(all.getMin());
    }

    /** {@code 0.02}, {@code 300}, {@code 1e-9}. */
    static String number(double value) {
        if (value >= 1e-3 && value < 1e6) {
            return new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
        }
        String[] parts = String.format(Locale.ROOT, "%.3e", value).split("e");
        return new BigDecimal(parts[0]).stripTrailingZeros().toPlainString() + "e" + Integer.parseInt(parts[1]);
    }

    /** Below the plot if it fits there in one line, otherwise beside it: never over it. */
    private static void legend(AxesChartStyler styler, List<String> names) {
        double width = names.stream().mapToDouble(Look::width).map(w -> w + SAMPLE).sum();
        boolean isLine = width < WIDTH - 40;
        styler.setLegendVisible(names.size() > 1).setLegendFont(SMALL).setLegendBorderColor(Color.WHITE)
                .setLegendBackgroundColor(Color.WHITE)
                .setLegendPadding(isLine ? 14 : 8).setLegendSeriesLineLength(34)
                .setLegendPosition(isLine ? LegendPosition.OutsideS : LegendPosition.OutsideE)
                .setLegendLayout(isLine ? LegendLayout.Horizontal : LegendLayout.Vertical);
    }

    private static double width(String name) {
        return width(name, SMALL);
    }

    static double width(String text, Font font) {
        return font.getStringBounds(text, new FontRenderContext(null, true, true)).getWidth();
    }

    /** The text, or its beginning and end if it is wider than {@code most}. */
    static String shortened(String text, Font font, double most) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        if (width(line, font) <= most) {
            return line;
        }
        int[] letters = line.codePoints().toArray();
        for (int kept = Math.min(letters.length - 1, 400); kept > 2; kept--) {
            String cut = new String(letters, 0, kept - kept / 3) + "\u2026" + new String(letters, letters.length - kept / 3, kept / 3);
            if (width(cut, font) <= most) {
                return cut;
            }
        }
        return "\u2026";
    }

    /** The text in lines that are not wider than {@code most}. */
    static List<String> wrapped(String text, Font font, double most) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && width(longer, font) > most) {
                lines.add(shortened(line, font, most));
                longer = word;
            }
            line = longer;
        }
        lines.add(shortened(line, font, most));
        return lines;
    }

    /** A number of a linear axis whose ticks are {@code step} apart, with as many digits as that needs. */
    static String plain(double value, double step) {
        double size = Math.abs(value);
        if (size < step / 1e6) {
            return "0";
        }
        if (size < 1e-4 || size >= 1e7) {
            return exact(value, step);
        }
        DecimalFormat format = new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setMaximumFractionDigits(Math.max(0, (int) Math.ceil(-Math.log10(step) + 1e-9)));
        return format.format(value);
    }

    /** A number of an axis whose ticks are at least {@code step} apart, such as {@code 0.02} or {@code 1.25e-9}. */
    static String exact(double value, double step) {
        double size = Math.abs(value);
        int digits = Math.max(1, Math.min(17, (int) (Math.floor(Math.log10(size)) - Math.floor(Math.log10(step)) + 1)));
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
        if (size >= 1e-3 && size < 1e6) {
            return rounded.toPlainString();
        }
        int exponent = rounded.precision() - rounded.scale() - 1;
        return rounded.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
    }
}
