package cairn.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** One chart of each kind; {@code main} writes them into a folder, to be looked at. */
final class Gallery {
    private Gallery() {
    }

    static Curves lines(int count) {
        List<Series> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double rate = 0.3 + 0.2 * i;
            all.add(Series.of("rate " + Math.round(10 * rate) / 10.0, 0, 10, 60, false, x -> Math.exp(-rate * x) + 0.02 * rate));
        }
        return new Curves("Loss by learning rate", Axis.linear("epoch"), Axis.linear("loss"), all);
    }

    static Curves logarithmic() {
        return new Curves("Distance after resuming", Axis.logarithmic("steps after the resume"),
                Axis.logarithmic("relative distance of weights"),
                List.of(Series.of("without moments", 1, 2000, 30, true, x -> 1e-4 * Math.pow(x, 0.7)),
                        Series.of("one flipped bit", 1, 2000, 30, true, x -> 1e-9 * Math.pow(x, 1.8)).as(Series.Style.LINE_AND_POINTS)));
    }

    static Curves spreads() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double y = i == 6 ? Double.NaN : 1 + Math.sin(i / 2.0);
            points.add(Point.of(i, y, y - 0.2, y + 0.1 * i));
        }
        return new Curves("Errors", Axis.linear("x"), new Axis("y", false, OptionalDouble.of(-1), OptionalDouble.of(4)), List.of(
                Series.line("with a band", points).with(Series.Spread.BAND),
                Series.points("with bars", points.stream().filter(p -> !Double.isNaN(p.y())).toList()).with(Series.Spread.BARS)));
    }

    static Bars bars() {
        return new Bars("Rows seen", "how the run was resumed", Axis.linear("rows").startingAt(0),
                List.of("exact", "order restarted", "epoch 0 again", "skips counted"),
                List.of(new Bars.Group("twice", List.of(0.0, 120.0, 80.0, 10.0), List.of(0.0, 8.0, 9.0, 3.0)),
                        new Bars.Group("never", List.of(0.0, 118.0, 82.0, 33.0))));
    }

    private static Axis axis(String label, double from, double to) {
        return new Axis(label, false, OptionalDouble.of(from), OptionalDouble.of(to));
    }

    /** Three names on a plane of 4 by 4 places, the third at one place only, and a place of none. */
    static Regions regions() {
        List<Integer> region = List.of(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, -1, 0, 0, 2);
        return new Regions("Which is where", axis("length", 0, 8), axis("width", -1, 1), 4,
                List.of("left", "right & low", "above"), region, region.stream().map(r -> r == 0 ? 1.0 : r < 0 ? 0 : 0.5).toList(),
                List.of(new Regions.Place(1, 0.5, 0, false), new Regions.Place(7, -0.5, 1, true), new Regions.Place(5, 0.2, -1, false)),
                List.of("Points are rows."));
    }

    /** Many close points, in three looks. */
    static Curves dense() {
        List<Series> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int n = i;
            all.add(Series.of("series " + i, 1, 1000, 3000, false, x -> 1 + n + 0.3 * Math.sin(x / 40) + 0.002 * ((int) (x * 7919) % 13)));
        }
        return new Curves("Close points", Axis.linear("step"), Axis.linear("value"), all);
    }

    /** A logarithmic axis within a decade, and one series that is 0 at its beginning, another one everywhere. */
    static Curves zeros() {
        return new Curves("Narrow, and with zeros", Axis.logarithmic("step"), Axis.logarithmic("loss"), List.of(
                Series.of("always above", 1, 100, 50, true, x -> 0.31 + 0.0006 * x),
                Series.of("late", 1, 100, 50, true, x -> x < 10 ? 0 : 0.32),
                Series.of("never", 1, 100, 20, true, x -> 0)));
    }

    static Panels panels() {
        List<Point> accuracy = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            accuracy.add(Point.of(100 * i, 1 - 0.5 / i, 1 - 0.6 / i, 1 - 0.4 / i));
        }
        List<Mark> marks = List.of(new Mark(400, "branch", OptionalInt.empty()), new Mark(1200, "rollback", OptionalInt.of(2)),
                new Mark(1210, "resume", OptionalInt.of(2)));
        return new Panels("A run", Axis.linear("step"), List.of(
                new Panel(Axis.logarithmic("loss"), List.of(
                        Series.of("training, each step", 1, 2000, 2000, false, x -> 1 / Math.sqrt(x) * (1 + 0.3 * Math.sin(7 * x)))
                                .in(Series.Tone.FAINT).looking(0),
                        Series.of("training", 1, 2000, 40, false, x -> 1 / Math.sqrt(x)).looking(0),
                        Series.of("parent", 1, 400, 40, false, x -> 1.4 / Math.sqrt(x)).in(Series.Tone.PAST))),
                new Panel(Axis.linear("accuracy"), List.of(Series.line("validation", accuracy).as(Series.Style.LINE_AND_POINTS)
                        .with(Series.Spread.BAND))),
                new Panel(Axis.linear("learning rate"), List.of(Series.of("learning rate", 1, 2000, 2000, false, x -> 0.001)))),
                marks, List.of("The loss is not a number at steps 31 to 40."));
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        lines(3).writeTo(folder, "lines");
        lines(9).writeTo(folder, "many");
        logarithmic().writeTo(folder, "logarithmic");
        spreads().writeTo(folder, "spreads");
        bars().writeTo(folder, "bars");
        dense().writeTo(folder, "dense");
        zeros().writeTo(folder, "zeros");
        panels().writeTo(folder, "panels");
        regions().writeTo(folder, "regions");
    }
}
