package cairn.chart;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Font;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A picture as SVG in which text is text: it can be searched, and takes a fraction of the bytes. XChart fills the outlines of its
 * letters; here a filled shape that is the outline of a known text becomes a text element at the same place. Its length is written
 * with it, so that a reader's other font changes no layout.
 */
final class Svg extends VectorGraphics2D {
    /** Verdana has nearly the widths of DejaVu Sans. */
    private static final String FAMILY = "DejaVu Sans,Verdana,sans-serif";
    private static final Pattern TEXT = Pattern.compile("<text style=\"([^\"]*)font-family:[^\"]*?;(font-size:[^\"]*)\" x=\"0\" y=\"0\">");
    private static final Pattern TAG = Pattern.compile("<[^>]+>");
    private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(E-?\\d+)?");

    private static final AffineTransform LEVEL = new AffineTransform();
    private static final AffineTransform UPWARDS = AffineTransform.getQuadrantRotateInstance(-1);

    private record Outline(String text, Font font, AffineTransform direction) {
    }

    private final Set<String> texts;
    private final int height;
    private final Map<Outline, double[]> outlines = new HashMap<>();
    private final List<Float> lengths = new ArrayList<>();

    /** {@code texts} may grow while it is drawn on. */
    Svg(Set<String> texts, int height) {
        this.texts = texts;
        this.height = height;
    }

    @Override
    public void fill(Shape shape) {
        if (!(shape instanceof Path2D) || !isWritten(numbers(shape))) {
            super.fill(shape);
        }
    }

    private boolean isWritten(double[] shape) {
        for (String text : texts) {
            for (Font font : text.isBlank() ? List.<Font>of() : Look.FONTS) {
                for (AffineTransform direction : List.of(LEVEL, UPWARDS)) {
                    Outline outline = new Outline(text, font, direction);
                    if (isSame(shape, outlines.computeIfAbsent(outline, l -> numbers(layout(l).getOutline(direction))))) {
                        write(outline);
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private TextLayout layout(Outline l) {
        return new TextLayout(l.text(), l.font(), getFontRenderContext());
    }

    /** Writes a text at the origin, from left to right. */
    void write(String text, Font font) {
        write(new Outline(text, font, LEVEL));
    }

    private void write(Outline l) {
        AffineTransform before = getTransform();
        transform(l.direction());
        setFont(l.font());
        drawString(l.text(), 0, 0);
        setTransform(before);
        lengths.add(layout(l).getAdvance());
    }

    /** Every coordinate of the shape's path. */
    private static double[] numbers(Shape shape) {
        List<Double> numbers = new ArrayList<>();
        double[] segment = new double[6];
        for (PathIterator path = shape.getPathIterator(null); !path.isDone(); path.next()) {
            int type = path.currentSegment(segment);
            int points = type == PathIterator.SEG_CLOSE ? 0 : type == PathIterator.SEG_CUBICTO ? 3 : type == PathIterator.SEG_QUADTO ? 2
                    : 1;
            Arrays.stream(segment, 0, 2 * points).forEach(numbers::add);
        }
        return numbers.stream().mapToDouble(n -> n).toArray();
    }

    private static boolean isSame(double[] a, double[] b) {
        boolean same = a.length == b.length && a.length > 0;
        for (int i = 0; same && i < a.length; i++) {
            same = Math.abs(a[i] - b[i]) < 1e-3;
        }
        return same;
    }

    /** The picture drawn so far, in UTF-8. Places are rounded to a hundredth of a unit. */
    byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SVGProcessor().getDocument(getCommands(), new PageSize(0, 0, Look.WIDTH, height)).writeTo(out);
        Iterator<Float> length = lengths.iterator();
        String svg = TEXT.matcher(out.toString(StandardCharsets.UTF_8))
                .replaceAll(text -> "<text style=\"" + text.group(1) + "font-family:" + FAMILY
                + ";" + text.group(2) + "\" textLength=\"" + length.next() + "\" lengthAdjust=\"spacingAndGlyphs\">");
        return TAG.matcher(svg).replaceAll(tag -> Matcher.quoteReplacement(LONG_NUMBER.matcher(tag.group()).replaceAll(n -> rounded(n.group()))))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String rounded(String number) {
        return new BigDecimal(number).setScale(2, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString();
    }
}
