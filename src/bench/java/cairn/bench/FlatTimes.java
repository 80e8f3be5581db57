package cairn.bench;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether the steps of a long training take longer and longer: the time of the tiny network's steps, as a figure and a table. */
final class FlatTimes {
    private static final int STEPS = 100_000;
    private static final Path FIGURE = Path.of("target", "step-times.svg");
    private static final List<Integer> SHOWN = List.of(1, 10, 100, 1000, 10_000, STEPS);

    private FlatTimes() {
    }

    static String table() throws IOException {
        List<Point> points = new ArrayList<>();
        StringBuilder table = new StringBuilder("| tiny, up to step | step, us: median | lower to upper quarter |\n|--:|--:|--:|\n");
        int next = 0;
        for (String line : ChildJava.lines(ChildJava.FOR_TRAINING, StepRun.class, STEPS)) {
            String[] words = line.split(" ");
            double step = Double.parseDouble(words[0]);
            double median = Double.parseDouble(words[1]);
            double low = Double.parseDouble(words[2]);
            double high = Double.parseDouble(words[3]);
            points.add(Point.of(step, median, low, high));
            if (step >= SHOWN.get(next)) {
                table.append(String.format(Locale.ROOT, "| %.0f | %.1f | %.1f to %.1f |%n", step, median, low, high));
                next++;
            }
        }
        Curves chart = new Curves("The time of a step over 100,000 steps", Axis.logarithmic("step"), Axis.logarithmic("microseconds"),
                List.of(new Series("tiny network, evaluations included: median and middle half", Series.Style.LINE, Series.Spread.BAND, points)));
        Files.write(FIGURE, chart.svg());
        return table + System.lineSeparator() + "The figure is " + FIGURE + "." + System.lineSeparator();
    }
}
