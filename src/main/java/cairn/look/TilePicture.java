package cairn.look;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Draws {@link Tiles}: side by side, each number a square. One channel goes from dark blue (-scale) over grey (0) to yellow (scale); three
 * channels are red, green and blue, with 0 in the middle.
 */
final class TilePicture {
    private static final int LEAST_TILE = 56;
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
        BufferedImage image = new BufferedImage(columns * (t.width() * zoom + GAP) + GAP, rows * (t.height() * zoom + GAP) + GAP,
                BufferedImage.TYPE_INT_RGB);
        fill(image, 0, 0, image.getWidth(), image.getHeight(), 0x808080);
        for (int i = 0; i < t.tiles().size(); i++) {
            draw(t, t.tiles().get(i), image, GAP + i % columns * (t.width() * zoom + GAP), GAP + i / columns * (t.height() * zoom + GAP), zoom);
        }
        return png(image);
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
