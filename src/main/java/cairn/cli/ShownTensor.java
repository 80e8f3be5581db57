package cairn.cli;

import cairn.cli.look.OutFile;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Terminal;
import cairn.look.Histogram;
import cairn.look.TensorView;
import cairn.look.Tiles;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** One tensor for a screen: its numbers in a few, and how they are spread. */
final class ShownTensor {
    private static final int LONGEST_BAR = 40;
    private static final char BLOCK = '\u2588';

    private final char mark;
    private final Screen screen;

    ShownTensor(Terminal terminal, Screen screen) {
        this.mark = terminal.canDraw(BLOCK) ? BLOCK : '#';
        this.screen = screen;
    }

    /**
     * @param of the step or the file that holds it
     * @param file where its tiles are drawn
     */
    void show(String of, TensorView t, Optional<OutFile> file, Optional<Tiles> tiles) throws IOException {
        if (file.isPresent() && tiles.isEmpty()) {
            throw CommandException.usage("-o " + file.get().path() + ": " + t.path() + " has the shape " + shape(t) + ", and its numbers are no"
                    + " pictures: neither kernels nor the first weights of a model that looks at images");
        }
        Columns top = new Columns("", "");
        top.add("of", of);
        top.add("tensor", t.path());
        top.add("shape", t.type() + " " + shape(t));
        top.add("mean", Format.real(t.mean()));
        top.add("deviation", Format.real(t.deviation()));
        top.add("range", Format.real(t.least()) + " to " + Format.real(t.greatest()));
        top.add("zeros", Format.count(t.zeros(), "number") + " of " + t.size());
        if (t.notFinite() > 0) {
            top.add("not finite", Format.count(t.notFinite(), "number"));
        }
        screen.print(top.toString());
        if (!t.histogram().counts().isEmpty()) {
            screen.print("\n" + bars(t.histogram()));
        }
        ObjectNode event = event(of, t);
        if (file.isPresent()) {
            file.get().write(tiles.get().png());
            Tiles drawn = tiles.get();
            String left = drawn.left() > 0 ? ", the first of " + (drawn.tiles().size() + drawn.left()) : "";
            screen.print("\nfigure: " + file.get().path() + ", " + Format.count(drawn.tiles().size(), "tile") + " of " + drawn.height() + "x"
                    + drawn.width() + left + "; dark is -" + Format.real(drawn.scale()) + ", grey 0, light " + Format.real(drawn.scale()));
            event.put("tiles", drawn.tiles().size());
            JsonFields.put(event, "scale", drawn.scale());
        }
        screen.emit(event);
    }

    private static String shape(TensorView t) {
        return t.shape().toString().replace(" ", "");
    }

    private String bars(Histogram h) {
        long most = h.counts().stream().mapToLong(c -> c).max().orElse(1);
        Columns columns = new Columns(">from", ">to", ">numbers", "");
        for (int i = 0; i < h.counts().size(); i++) {
            long count = h.counts().get(i);
            // What is there is seen.
            int length = count == 0 ? 0 : (int) Math.max(1, Math.round((double) LONGEST_BAR * count / most));
            columns.add(Format.real(h.edges().get(i)), Format.real(h.edges().get(i + 1)), Long.toString(count),
                    String.valueOf(mark).repeat(length));
        }
        return columns.toString();
    }

    private static ObjectNode event(String of, TensorView t) {
        ObjectNode event = Screen.event("tensor").put("of", of).put("path", t.path()).put("dtype", t.type());
        ArrayNode shape = event.putArray("shape");
        t.shape().forEach(shape::add);
        JsonFields.put(event, "mean", t.mean());
        JsonFields.put(event, "deviation", t.deviation());
        JsonFields.put(event, "min", t.least());
        JsonFields.put(event, "max", t.greatest());
        event.put("zeros", t.zeros()).put("not_finite", t.notFinite());
        ObjectNode histogram = event.putObject("histogram");
        ArrayNode edges = histogram.putArray("edges");
        t.histogram().edges().forEach(edges::add);
        ArrayNode counts = histogram.putArray("counts");
        t.histogram().counts().forEach(counts::add);
        return event;
    }
}
