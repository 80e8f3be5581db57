package cairn.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws {@link Regions}: title, plane with its axes, notes, legend. */
final class Field {
    private static final double TITLE = 40;
    private static final double PLANE = 560;
    private static final double AXIS = 48;
    private static final double NOTE = 18;
    private static final double TICKS_APART = 76;
    private static final double STEPS = 48;
    private static final double POINT = 3.4;
    private static final double FRAMED = 4.4;
    private static final BasicStroke BETWEEN = new BasicStroke(1.4f, BasicStroke.CAP_SQUARE, BasicStroke.JOIN_MITER);
    private static final BasicStroke EDGE = new BasicStroke(0.9f);
    private static final BasicStroke FRAME = new BasicStroke(1.3f);

    private final Regions regions;
    private final Rectangle2D box;
    private final Scale x;
    private final Scale y;
    private final List<String> notes;
    private final Legend legend;

    private Field(Regions regions) {
        this.regions = regions;
        this.y = Scale.of(regions.y(), DoubleStream.empty(), PLANE);
        double left = Look.EDGE + 26 + y.ticks(TICKS_APART / 2).stream().mapToDouble(t -> Look.width(t.label(), Look.SMALL)).max().orElse(0) + 10;
        this.box = new Rectangle2D.Double(left, TITLE, Look.WIDTH - Look.EDGE - left, PLANE);
        this.x = Scale.of(regions.x(), DoubleStream.empty(), box.getWidth());
        this.notes = regions.notes().stream().flatMap(note -> Look.wrapped(note, Look.NOTE, box.getWidth()).stream()).toList();
        this.legend = new Legend(samples(regions).stream(), left);
    }

    /** A sign for each name. */
    private static List<Series> samples(Regions regions) {
        List<Series> samples = new ArrayList<>();
        for (int i = 0; i < regions.names().size(); i++) {
            samples.add(Series.points(regions.names().get(i).isBlank() ? "(no name)" : regions.names().get(i), List.of(Point.of(0, 0))).looking(regions.look(i)));
        }
        if (regions.points().stream().anyMatch(p -> p.name() < 0)) {
            samples.add(Series.points("none of them", List.of(Point.of(0, 0))).looking(regions.look(-1)));
        }
        return samples;
    }

    static int height(Regions regions) {
        Field field = new Field(regions);
        return (int) Math.ceil(field.box.getMaxY() + AXIS + NOTE * field.notes.size() + field.legend.height() + Look.EDGE);
    }

    static void paint(Regions regions, Graphics2D g) {
        Figure.prepare(g, regions.height());
        new Field(regions).paint(g);
    }

    private void paint(Graphics2D g) {
        Lettering letters = new Lettering();
        letters.middle(g, Look.shortened(regions.title(), Look.LARGE, Look.WIDTH - 2 * Look.EDGE), Look.LARGE, Look.WIDTH / 2.0, 26);
        g.drawImage(colours(), (int) Math.round(box.getX()), (int) Math.round(box.getY()), (int) Math.round(box.getWidth()),
                (int) Math.round(box.getHeight()), null);
        g.setColor(Look.INK);
        g.setStroke(BETWEEN);
        g.draw(between());
        g.setStroke(new BasicStroke(1));
        g.draw(box);
        axes(g, letters);
        Shape clip = g.getClip();
        g.setClip(box);
        regions.points().forEach(p -> point(g, p));
        g.setClip(clip);
        for (int i = 0; i < notes.size(); i++) {
            letters.left(g, notes.get(i), Look.NOTE, box.getX(), box.getMaxY() + AXIS + NOTE * i + 12);
        }
        legend.paint(g, box.getMaxY() + AXIS + NOTE * notes.size(), letters);
    }

    private void axes(Graphics2D g, Lettering letters) {
        for (Scale.Tick t : x.ticks(TICKS_APART)) {
            double at = box.getX() + x.place(t.value());
            g.setColor(Look.INK);
            g.draw(new Line2D.Double(at, box.getMaxY(), at, box.getMaxY() + 4));
            letters.middle(g, t.label(), Look.SMALL, Math.min(at, Look.WIDTH - 2 - Look.width(t.label(), Look.SMALL) / 2), box.getMaxY() + 18);
        }
        for (Scale.Tick t : y.ticks(TICKS_APART / 2)) {
            double at = box.getMaxY() - y.place(t.value());
            g.setColor(Look.INK);
            g.draw(new Line2D.Double(box.getX() - 4, at, box.getX(), at));
            letters.right(g, t.label(), Look.SMALL, box.getX() - 8, at + 5);
        }
        letters.middle(g, Look.shortened(regions.x().label(), Look.MIDDLE, box.getWidth()), Look.MIDDLE, box.getCenterX(), box.getMaxY() + 38);
        letters.upwards(g, Look.shortened(regions.y().label(), Look.MIDDLE, box.getHeight()), Look.MIDDLE, Look.EDGE + 14, box.getCenterY());
    }

    /** One pixel for each place. */
    private BufferedImage colours() {
        int n = regions.cells();
        BufferedImage image = new BufferedImage(n, n, BufferedImage.TYPE_INT_RGB);
        for (int cell = 0; cell < n * n; cell++) {
            int region = regions.region().get(cell);
            Color colour = Palette.colour(regions.look(region));
            double strength = region < 0 ? 0 : regions.strength().get(cell);
            image.setRGB(cell % n, n - 1 - cell / n, mixed(colour.getRed(), strength) << 16 | mixed(colour.getGreen(), strength) << 8
                    | mixed(colour.getBlue(), strength));
        }
        return image;
    }

    private static int mixed(int channel, double strength) {
        // In steps that are too small to be seen, because they halve the size of the file.
        return (int) Math.round(255 + (channel - 255) * Math.round(STEPS * strength) / STEPS);
    }

    /** The sides of cells whose neighbour is of another name. */
    private Path2D between() {
        Path2D path = new Path2D.Double();
        int n = regions.cells();
        double w = box.getWidth() / n;
        double h = box.getHeight() / n;
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                int here = regions.region().get(j * n + i);
                double right = box.getX() + (i + 1) * w;
                double top = box.getMaxY() - (j + 1) * h;
                if (i + 1 < n && regions.region().get(j * n + i + 1) != here) {
                    path.moveTo(right, top);
                    path.lineTo(right, top + h);
                }
                if (j + 1 < n && regions.region().get((j + 1) * n + i) != here) {
                    path.moveTo(right - w, top);
                    path.lineTo(right, top);
                }
            }
        }
        return path;
    }

    private void point(Graphics2D g, Regions.Place p) {
        Shape sign = Palette.sign(regions.look(p.name()), box.getX() + x.place(p.x()), box.getMaxY() - y.place(p.y()), p.isFramed() ? FRAMED : POINT);
        g.setColor(Palette.colour(regions.look(p.name())));
        g.fill(sign);
        g.setColor(p.isFramed() ? Look.INK : Color.WHITE);
        g.setStroke(p.isFramed() ? FRAME : EDGE);
        g.draw(sign);
    }
}
