package cairn.cli.look;

import cairn.chart.Axis;
import cairn.chart.Regions;
import cairn.look.Boundary;
import cairn.look.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** What a model says of a plane, as a figure. Training rows are points, validation rows have a frame; test rows are not shown. */
final class BoundaryFigure {
    /** More points of a part hide the plane. */
    private static final int MOST_POINTS = 1500;
    /** The colour where no name is more probable than another, and what certainty adds to it. */
    private static final double FAINT = 0.08;
    private static final double MORE = 0.55;

    private BoundaryFigure() {
    }

    static Regions of(String title, Boundary b) {
        List<Boundary.Point> training = ofPart(b, Part.TRAIN);
        List<Boundary.Point> validation = ofPart(b, Part.VALIDATION);
        List<Regions.Place> places = new ArrayList<>(places(training, false));
        places.addAll(places(validation, true));
        List<Integer> region = b.names().size() > 1 ? b.best() : b.probability().stream().map(p -> p >= 0.5 ? 0 : -1).toList();
        return new Regions(title, axis(b.features().get(0), b.x()), axis(b.features().get(1), b.y()), b.cells(), b.names(), region,
                b.probability().stream().map(p -> strength(p, 1.0 / Math.max(2, b.names().size()))).toList(), places,
                List.of(colours(b) + ", and stronger where the model is surer.", "Points are rows, by their " + (b.areExclusive() ? "" : "first ")
                        + "label: " + count(training) + " training rows; with a dark frame " + count(validation) + " validation rows."));
    }

    private static String colours(Boundary b) {
        return b.names().size() == 1 ? "Coloured: more probable than not"
                : "The colour is that of the " + (b.areProbabilities() ? "most probable answer" : "answer with the greatest score");
    }

    private static List<Boundary.Point> ofPart(Boundary b, Part part) {
        return b.points().stream().filter(p -> p.part() == part).toList();
    }

    private static double strength(double probability, double least) {
        return Double.isNaN(probability) ? 0 : FAINT + MORE * Math.max(0, Math.min(1, (probability - least) / (1 - least)));
    }

    private static Axis axis(String name, Boundary.Range range) {
        return new Axis(name, false, OptionalDouble.of(range.from()), OptionalDouble.of(range.to()));
    }

    /** Of very many rows some, evenly over all. */
    private static List<Regions.Place> places(List<Boundary.Point> points, boolean isFramed) {
        int shown = Math.min(points.size(), MOST_POINTS);
        return IntStream.range(0, shown).mapToObj(i -> points.get((int) ((long) i * points.size() / shown)))
                .map(p -> new Regions.Place(p.x(), p.y(), p.label(), isFramed)).toList();
    }

    private static String count(List<Boundary.Point> points) {
        return (points.size() > MOST_POINTS ? MOST_POINTS + " of " : "") + points.size();
    }
}
