package cairn.look;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Draws {@link Tiles}: side by side, each number a square. One channel goes from dark blue (-scale) over grey (0) to yellow (scale); three
 * channels are red, green and blue, with 0 in the middle.
 */
final class TilePicture {
    private static final int LEAST_TILE = 84;
    private static final int CAPTION = 26;
    private static final int BAR = 120;
    private static final int LEAST_WIDTH = 420;
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final int GAP = 4;
    /** The two ends and the middle of the colours called cividis (Nuñez, Anderton, Renslow, PLOS ONE 13(7), 2018). */
    private static final List<Integer> LEAST = List.of(0x00, 0x22, 0x4e);
    private static final List<Integer> MIDDLE = List.of(0x7c, 0x7b, 0x78);
    private static final List<Integer> GREATEST = List.of(0xfe, 0xe8, 0x38);

    private TilePicture() {
    }

    static byte[] of(Tiles t) {
        int zoom = Math.max(1, LEAST_TILE / Math.max(t.width(), t.height()));
        int columns = (int) Math.ceil(Math.sqrt(t.tiles().size() * 1.6));
        int rows = (t.tiles().size() + columns - 1) / columns;
        int width = Math.max(LEAST_WIDTH, columns * (t.width() * zoom + GAP) + GAP);
        int height = rows * (t.height() * zoom + GAP) + GAP;
        BufferedImage image = new BufferedImage(width, height + CAPTION, BufferedImage.TYPE_INT_RGB);
        fill(image, 0, 0, width, height + CAPTION, 0xffffff);
        for (int i = 0; i < t.tiles().size(); i++) {
            draw(t, t.tiles().get(i), image, GAP + i % columns * (t.width() * zoom + GAP), GAP + i / columns * (t.height() * zoom + GAP), zoom);
        }
        caption(t, image, height);
        return png(image);
    }

    /** What the colours mean: a bar from -scale to scale. */
    private static void caption(Tiles t, BufferedImage image, int top) {
        for (int x = 0; x < BAR; x++) {
            double w = 2.0 * x / (BAR - 1) - 1;
            int level = (int) Math.round(255 * (0.5 + 0.5 * w));
            fill(image, GAP + x, top + 4, 1, CAPTION - 10, t.channels() == 1 ? coloured(w) : level * 0x010101);
        }
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setFont(SMALL);
        g.setColor(Color.BLACK);
        g.drawString(String.format(Locale.ROOT, "-%.3g to %.3g   %s", t.scale(), t.scale(), t.path()), GAP + BAR + 8, top + CAPTION - 9);
        g.dispose();
    }

    private static void draw(Tiles t, List<Float> tile, BufferedImage image, int left, int top, int zoom) {
        for (int y = 0; y < t.height(); y++) {
            for (int x = 0; x < t.width(); x++) {
                int at = (y * t.width() + x) * t.channels();
                fill(image, left + x * zoom, top + y * zoom, zoom, zoom, t.channels() == 1 ? coloured(tile.get(at) / t.scale())
                        : level(tile.get(at), t) << 16 | level(tile.get(at + 1), t) << 8 | level(tile.get(at + 2), t));
            }
        }
    }

    private static int level(double w, Tiles t) {
        return (int) Math.round(255 * (0.5 + 0.5 * within(w / t.scale())));
    }

    private static double within(double w) {
        return Double.isFinite(w) ? Math.max(-1, Math.min(1, w)) : 0;
    }

    /** Lightness grows with the weight, so that the picture can be read in grey and without seeing red or green. */
    private static int coloured(double w) {
        double v = within(w);
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | (int) Math.round(MIDDLE.get(c) + ((v < 0 ? LEAST.get(c) : GREATEST.get(c)) - MIDDLE.get(c)) * Math.abs(v));
        }
        return rgb;
    }

    private static void fill(BufferedImage image, int left, int top, int width, int height, int rgb) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
    }

    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
