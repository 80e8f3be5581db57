package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * How the n-th series looks: the colours of Okabe and Ito ("Color universal design", 2008), which colour-blind people can tell
 * apart, without their yellow, which is too light for a line; neighbours differ much in grey; and a dash whose period differs
 * from that of the colours, so that no two of the first 28 look alike even without colour and marker.
 */
final class Palette {
    private static final List<Color> COLOURS = List.of(new Color(0x000000), new Color(0x56B4E9), new Color(0xD55E00), new Color(0xE69F00),
            new Color(0x009E73), new Color(0x0072B2), new Color(0xCC79A7));
    private static final float[][] DASHES = {{}, {9, 4}, {2, 3}, {9, 3, 2, 3}};

    private static final BasicStroke FAINT = new BasicStroke(1.1f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke PAST = new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {5, 4}, 0);

    private Palette() {
    }

    static Color colour(int index) {
        return COLOURS.get(index % COLOURS.size());
    }

    static Color line(Series s) {
        Color c = colour(s.look().orElse(0));
        return s.tone() == Series.Tone.FULL ? c : s.tone() == Series.Tone.PAST ? Look.PAST : new Color(pale(c.getRed()), pale(c.getGreen()),
                pale(c.getBlue()));
    }

    private static int pale(int channel) {
        return 255 - (255 - channel) * 35 / 100;
    }

    /** The colour of a band, mostly transparent. */
    static Color shade(Series s) {
        Color c = line(s);
        // Black and grey cover more than colours do.
        return new Color(c.getRed(), c.getGreen(), c.getBlue(), s.tone() == Series.Tone.PAST || c.equals(colour(0)) ? 36 : 56);
    }

    static BasicStroke stroke(Series s) {
        return s.tone() == Series.Tone.FULL ? stroke(s.look().orElse(0)) : s.tone() == Series.Tone.PAST ? PAST : FAINT;
    }

    /** A sign of the series around a place. */
    static void marker(Graphics2D g, Series s, double x, double y) {
        g.setColor(line(s));
        g.fill(sign(s.look().orElse(0), x, y, Look.MARKER / 2.0));
    }

    /** The shape of the n-th series' signs, around a place. */
    static Shape sign(int index, double x, double y, double r) {
        return switch (index % 6) {
            case 0 -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
            case 1 -> new Rectangle2D.Double(x - r, y - r, 2 * r, 2 * r);
            case 2 -> polygon(x, y - 1.2 * r, x + 1.2 * r, y, x, y + 1.2 * r, x - 1.2 * r, y);
            case 3 -> polygon(x, y - r, x + r, y + r, x - r, y + r);
            case 4 -> polygon(x, y + r, x + r, y - r, x - r, y - r);
            default -> cross(x, y, r, r / 3);
        };
    }

    /** Two bars over each other, as one outline. */
    private static Shape cross(double x, double y, double r, double w) {
        return polygon(x, y - w, x + r - w, y - r, x + r, y - r + w, x + w, y, x + r, y + r - w, x + r - w, y + r, x, y + w, x - r + w, y + r,
                x - r, y + r - w, x - w, y, x - r, y - r + w, x - r + w, y - r);
    }

    private static Path2D polygon(double... places) {
        Path2D path = new Path2D.Double();
        path.moveTo(places[0], places[1]);
        for (int i = 2; i < places.length; i += 2) {
            path.lineTo(places[i], places[i + 1]);
        }
        path.closePath();
        return path;
    }

    static float[] dash(int index) {
        return DASHES[index % DASHES.length].clone();
    }

    static BasicStroke stroke(int index) {
        float[] dash = dash(index);
        return dash.length == 0 ? new BasicStroke(Look.LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                : new BasicStroke(Look.LINE, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }
}
