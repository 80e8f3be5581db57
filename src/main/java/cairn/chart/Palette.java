package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Color;
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

    private Palette() {
    }

    static Color colour(int index) {
        return COLOURS.get(index % COLOURS.size());
    }

    /** The colour, mostly transparent. */
    static Color shade(int index) {
        Color c = colour(index);
        return new Color(c.getRed(), c.getGreen(), c.getBlue(), 56);
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
