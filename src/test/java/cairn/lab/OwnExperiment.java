package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import java.util.List;

/** An experiment of one's own: this file, and its name in {@code META-INF/services}. */
public final class OwnExperiment implements Experiment {
    @Override
    public String name() {
        return "own";
    }

    @Override
    public String question() {
        return "How much is one and two?";
    }

    @Override
    public Report run(Context context) {
        double sum = 1.0 + 2.0;
        return new Report(List.of("It was added."), List.of(Table.of("Sums", "what", "sum").plus("one and two", sum)),
                List.of(new Report.Figure(new Curves("Sum", Axis.linear("x"), Axis.linear("y"),
                        List.of(Series.line("sum", List.of(Point.of(0, 0), Point.of(1, sum))))), "A line.")),
                List.of("It is " + Numbers.text(sum) + "."), List.of("Try two and two."));
    }
}
