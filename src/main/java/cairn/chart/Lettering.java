package cairn.chart;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;

/** Writes texts into a picture; in an SVG they stay texts. */
final class Lettering {

    void left(Graphics2D g, String text, Font font, double x, double baseline) {
        write(g, text, font, x, baseline, 0);
    }

    void middle(Graphics2D g, String text, Font font, double x, double baseline) {
        write(g, text, font, x - Look.width(text, font) / 2, baseline, 0);
    }

    void right(Graphics2D g, String text, Font font, double x, double baseline) {
        write(g, text, font, x - Look.width(text, font), baseline, 0);
    }

    /** From below to above, with its middle at {@code y}. */
    void upwards(Graphics2D g, String text, Font font, double baseline, double y) {
        write(g, text, font, baseline, y + Look.width(text, font) / 2, -1);
    }

    private static void write(Graphics2D g, String text, Font font, double x, double y, int quarters) {
        if (text.isBlank()) {
            return;
        }
        AffineTransform before = g.getTransform();
        g.setColor(Look.INK);
        g.translate(x, y);
        g.rotate(quarters * Math.PI / 2);
        if (g instanceof Svg svg) {
            svg.write(text, font);
        } else {
            g.setFont(font);
            g.drawString(text, 0, 0);
        }
        g.setTransform(before);
    }
}
