package cairn.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** A chart as a value. Equal charts give equal pictures on one machine (fonts are the machine's). */
public sealed interface Chart permits Curves, Panels, Bars, Regions {

    String title();

    /** Its height, in units of the SVG. */
    int height();

    /** The names of what it shows, in the order in which they are given a look. */
    List<String> names();

    /** The same chart, in which each name looks as its place in {@code names} says. */
    Chart looking(List<String> names);

    /** As SVG in UTF-8, {@link Look#WIDTH} by {@link #height}; titles, labels and names are text elements. */
    default byte[] svg() {
        return Drawing.svg(this);
    }

    /** As PNG, {@link Look#PIXELS_PER_UNIT} pixels for each unit of the SVG. */
    default byte[] png() {
        return Drawing.png(this);
    }

    /** Writes {@code name.svg} and {@code name.png} into {@code folder}, and overwrites files of these names. */
    default void writeTo(Path folder, String name) throws IOException {
        Files.write(folder.resolve(name + ".svg"), svg());
        Files.write(folder.resolve(name + ".png"), png());
    }

    /** The charts of one page, in which one name has one colour and dash everywhere. */
    static List<Chart> ofOnePage(List<Chart> charts) {
        List<String> names = new ArrayList<>(new LinkedHashSet<>(charts.stream().flatMap(c -> c.names().stream()).toList()));
        if (charts.stream().anyMatch(Bars.class::isInstance)) {
            // The first look is black, in which the error of a bar cannot be seen.
            names.add(0, "");
        }
        return charts.stream().map(c -> c.looking(names)).toList();
    }
}
