package cairn.chart;

import java.util.List;

/** Series over two numeric axes. A series without points is left out. */
public record Curves(String title, Axis x, Axis y, List<Series> series) implements Chart {
    public Curves {
        series = series.stream().filter(s -> !s.points().isEmpty()).toList();
        if (series.isEmpty()) {
            throw new IllegalArgumentException("the chart '" + title + "' has no points");
        }
        if (series.stream().map(Series::name).distinct().count() < series.size()) {
            throw new IllegalArgumentException("the chart '" + title + "' has two series of one name: "
                    + series.stream().map(Series::name).toList());
        }
        for (Series s : series) {
            for (Point p : s.points()) {
                x.check("series '" + s.name() + "'", p.x());
                y.check("series '" + s.name() + "'", s.spread() == Series.Spread.NONE ? p.y() : p.low());
            }
        }
    }
}
