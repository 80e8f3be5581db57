package cairn.look;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Images of rows side by side, each with two lines of text under it. A wrong prediction has a thick frame, so that it is seen in grey too.
 *
 * @param title over all of them
 * @param note under the title: what the lines and the frames mean
 */
public record ContactSheet(String title, String note, List<Tile> tiles) {
    private static final int IMAGE = 112;
    private static final int CELL = 140;
    private static final int LINE = 17;
    private static final int MARGIN = 14;
    private static final int TITLE = 26;
    private static final int NOTE = 26;
    private static final int LEAST_COLUMNS = 5;
    private static final int MOST_COLUMNS = 6;
    private static final int PIXELS_PER_UNIT = 2;
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 13);
    private static final Font LARGE = new Font(Font.SANS_SERIF, Font.BOLD, 16);
    private static final Color INK = new Color(0x222222);
    private static final Color QUIET = new Color(0xB0B0B0);
    private static final Color WRONG = new Color(0xD55E00);

    /**
     * An image and what is said of it.
     *
     * @param first the line under the image, such as {@code row 17}
     * @param second the line under that
     */
    public record Tile(Picture picture, String first, String second, boolean isWrong) {
    }

    public ContactSheet {
        tiles = List.copyOf(tiles);
        if (tiles.isEmpty()) {
            throw new IllegalArgumentException("there is no row to draw");
        }
    }

    /** Of rows and what a model says of them. */
    public static ContactSheet of(String title, List<RowTable> tables, Function<RowTable, RowPictures> pictures) {
        return new ContactSheet(title, "label → prediction, and its probability; a thick frame: wrong", tables.stream()
                .flatMap(table -> tiles(table, pictures.apply(table))).toList());
    }

    private static Stream<Tile> tiles(RowTable table, RowPictures pictures) {
        return table.rows().stream().map(r -> {
            String probability = r.probability().isPresent() ? "  " + Math.round(100 * r.probability().getAsDouble()) + " %" : "";
            boolean isRight = r.right().filter(right -> right).isPresent();
            return new Tile(pictures.picture(r.row()), "row " + r.row(), (isRight ? r.label() : r.label() + " → " + r.prediction())
                    + probability, r.right().filter(right -> !right).isPresent());
        });
    }

    /** A PNG, 2 pixels for each unit. */
    public byte[] png() {
        int columns = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, (int) Math.ceil(Math.sqrt(tiles.size()))));
        int rows = (tiles.size() + columns - 1) / columns;
        int cellHeight = IMAGE + 2 * LINE + MARGIN;
        int width = columns * CELL + 2 * MARGIN;
        int height = TITLE + NOTE + rows * cellHeight + MARGIN;
        BufferedImage image = new BufferedImage(width * PIXELS_PER_UNIT, height * PIXELS_PER_UNIT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        g.setColor(INK);
        text(g, LARGE, title, MARGIN, TITLE - 4, width - 2 * MARGIN, false);
        text(g, SMALL, note, MARGIN, TITLE + NOTE - 12, width - 2 * MARGIN, false);
        for (int i = 0; i < tiles.size(); i++) {
            draw(g, tiles.get(i), MARGIN + i % columns * CELL, TITLE + NOTE + i / columns * cellHeight);
        }
        g.dispose();
        return TilePicture.png(image);
    }

    private static void draw(Graphics2D g, Tile tile, int left, int top) {
        Picture p = tile.picture();
        BufferedImage pixels = new BufferedImage(p.width(), p.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < p.height(); y++) {
            for (int x = 0; x < p.width(); x++) {
                pixels.setRGB(x, y, p.rgb(y, x));
            }
        }
        double zoom = (double) IMAGE / Math.max(p.width(), p.height());
        int w = (int) Math.max(1, Math.round(p.width() * zoom));
        int h = (int) Math.max(1, Math.round(p.height() * zoom));
        int x = left + (CELL - w) / 2;
        int y = top + (IMAGE - h) / 2;
        g.drawImage(pixels, x, y, w, h, null);
        g.setColor(tile.isWrong() ? WRONG : QUIET);
        g.setStroke(new BasicStroke(tile.isWrong() ? 4 : 1));
        g.drawRect(x, y, w, h);
        g.setColor(INK);
        text(g, SMALL, tile.first(), left, top + IMAGE + LINE, CELL - 4, true);
        text(g, tile.isWrong() ? BOLD : SMALL, tile.second(), left, top + IMAGE + 2 * LINE, CELL - 4, true);
    }

    /** A text that is too long is cut. */
    private static void text(Graphics2D g, Font font, String text, int left, int base, int width, boolean isCentred) {
        g.setFont(font);
        FontMetrics metrics = g.getFontMetrics();
        String shown = text;
        for (int n = text.length() - 1; metrics.stringWidth(shown) > width && n > 0; n--) {
            shown = text.substring(0, n).stripTrailing() + "…";
        }
        g.drawString(shown, isCentred ? left + (CELL - metrics.stringWidth(shown)) / 2 : left, base);
    }
}
