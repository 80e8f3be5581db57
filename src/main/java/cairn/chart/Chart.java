package cairn.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A chart as a value. Equal charts give equal pictures on one machine (fonts are the machine's). */
public sealed interface Chart permits Curves, Bars {

    String title();

    /** As SVG in UTF-8, {@link Look#WIDTH} by {@link Look#HEIGHT}; titles, labels and names are text elements. */
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
}
