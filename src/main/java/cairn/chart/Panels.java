package cairn.chart;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Several plots above each other over one axis, with one legend. In all of them a series of one name looks the same.
 *
 * @param panels from the top; those without points are left out
 * @param marks vertical lines through all of them
 * @param notes lines below the plots that say what cannot be drawn
 */
public record Panels(String title, Axis x, List<Panel> panels, List<Mark> marks, List<String> notes) implements Chart {
    public Panels {
        panels = panels.stream().filter(p -> !p.series().isEmpty()).toList();
        marks = List.copyOf(marks);
        notes = List.copyOf(notes);
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("the chart '" + title + "' has no points");
        }
        for (Panel panel : panels) {
            for (Series s : panel.series()) {
                s.points().forEach(p -> x.check("series '" + s.name() + "'", p.x()));
            }
        }
        panels = alike(panels);
    }

    @Override
    public int height() {
        return Figure.height(this);
    }

    @Override
    public List<String> names() {
        return panels.stream().flatMap(p -> p.series().stream()).filter(s -> s.tone() != Series.Tone.PAST).map(Series::name).distinct()
                .toList();
    }

    @Override
    public Panels looking(List<String> names) {
        return new Panels(title, x, panels.stream().map(p -> new Panel(p.y(), p.series().stream()
                .map(s -> s.looking(Math.max(0, names.indexOf(s.name())))).toList())).toList(), marks, notes);
    }

    /** The panels, with one look for each name. */
    private static List<Panel> alike(List<Panel> panels) {
        List<String> names = new ArrayList<>(new LinkedHashSet<>(panels.stream().flatMap(p -> p.series().stream())
                .filter(s -> s.tone() != Series.Tone.PAST).map(Series::name).toList()));
        return panels.stream().map(p -> new Panel(p.y(), p.series().stream().map(s -> s.look().isPresent() ? s
                : s.looking(Math.max(0, names.indexOf(s.name())))).toList())).toList();
    }
}
