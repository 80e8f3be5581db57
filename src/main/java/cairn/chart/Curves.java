package cairn.chart;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Series over two numeric axes. A series without points is left out. On a logarithmic y axis a value of 0 is drawn at the lower edge, and
 * the figure says of which series it is.
 */
public record Curves(String title, Axis x, Axis y, List<Series> series) implements Chart {
    public Curves {
        series = new Panels(title, x, List.of(new Panel(y, series)), List.of(), List.of()).panels().get(0).series();
    }

    /** As a figure of one plot. */
    Panels panels() {
        return new Panels(title, x, List.of(new Panel(y, series)), List.of(), List.of());
    }

    @Override
    public int height() {
        return Look.HEIGHT;
    }

    @Override
    public List<String> names() {
        return series.stream().map(Series::name).toList();
    }

    @Override
    public Curves looking(List<String> names) {
        return new Curves(title, x, y, IntStream.range(0, series.size())
                .mapToObj(i -> series.get(i).looking(Math.max(0, names.indexOf(series.get(i).name())))).toList());
    }
}
