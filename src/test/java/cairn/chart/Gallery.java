package cairn.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

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

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        lines(3).writeTo(folder, "lines");
        lines(9).writeTo(folder, "many");
        logarithmic().writeTo(folder, "logarithmic");
        spreads().writeTo(folder, "spreads");
        bars().writeTo(folder, "bars");
    }
}
