package cairn.chart;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One plot of {@link Panels}. A series without points is left out. */
public record Panel(Axis y, List<Series> series) {
    public Panel {
        series = series.stream().filter(s -> !s.points().isEmpty()).toList();
        Set<String> names = new LinkedHashSet<>();
        for (Series s : series) {
            if (s.tone() != Series.Tone.PAST && !names.add(s.name())) {
                throw new IllegalArgumentException("the plot of '" + y.label() + "' has two series of one name: " + s.name());
            }
            for (Point p : s.points()) {
                y.checkOrZero("series '" + s.name() + "'", s.spread() == Series.Spread.NONE ? p.y() : p.low());
            }
        }
    }
}
