package cairn.cli.look;

import cairn.chart.Regions;
import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.look.Boundary;
import cairn.look.Part;
import cairn.look.Reached;
import cairn.look.RunView;
import cairn.words.Printable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn boundary}. */
@Command(name = "boundary", description = {
    "Shows what the model of a step says of every point of a plane, for rows with two features: the decision boundary.",
    "A step that is not saved is trained again in memory."},
        footer = {"", "Examples:",
            "  cairn boundary moons -o boundary.png",
            "  cairn boundary moons@20 -o early.svg",
            "  cairn boundary moons@best --cells 20 --json   the class and its probability at 400 points"})
public final class BoundaryCommand implements Callable<Integer> {
    private static final int MOST_CELLS = 400;

    @Parameters(paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String name;

    @Option(names = "-o", paramLabel = "FILE", order = 1, description = "Draws FILE.png or FILE.svg: the classes by colour, stronger where the"
            + " model is surer, and the training and validation rows. " + OutFile.NEVER_REPLACED)
    private Path out;

    @Option(names = "--cells", paramLabel = "N", order = 2, defaultValue = "160",
            description = "N times N points are asked for (default: ${DEFAULT-VALUE}; at most " + MOST_CELLS + ").")
    private int cells;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        if (cells < 2 || cells > MOST_CELLS) {
            throw CommandException.usage("--cells " + cells + ": expected 2 to " + MOST_CELLS);
        }
        Optional<OutFile> file = out == null ? Optional.empty() : Optional.of(OutFile.of(out, "png", "svg"));
        RunStep at = session.resolve(name);
        return session.replay(at.run(), at.step(), (replay, progress) -> {
            RunView view = RunView.of(replay);
            requirePlane(at, view);
            Reached reached = view.goTo(at.step(), progress);
            Boundary boundary = view.boundary(cells).orElseThrow(() -> CommandException.usage("run " + Printable.line(at.run().name())
                    + " predicts numbers, so its rows have no classes whose boundary could be shown"));
            show(at, reached, boundary);
            if (file.isPresent()) {
                String title = at + "   digest " + Format.brief(reached.digest());
                Regions figure = BoundaryFigure.of(title, boundary);
                file.get().write(file.get().ending().equals("svg") ? figure.svg() : figure.png());
                session.screen().print("");
                session.screen().print("figure: " + Printable.line(out.toString()));
            }
            return ExitCode.OK;
        });
    }

    /** Refused before a step is made again. */
    private static void requirePlane(RunStep at, RunView view) {
        int features = view.features();
        if (features != 2) {
            throw CommandException.usage("the rows of run " + Printable.line(at.run().name()) + " have " + Format.count(features, "feature")
                    + "; a boundary is shown of rows with two");
        }
    }

    private void show(RunStep at, Reached reached, Boundary b) {
        Screen screen = session.screen();
        screen.print(Printable.line(at.toString()) + ", digest " + Format.brief(reached.digest()) + reached.isEqual().map(equal -> equal ? ", equal to the recorded one"
                : ", not the recorded one").orElse(""));
        screen.print("");
        Columns table = new Columns("class", ">of the plane", b.areProbabilities() ? ">mean probability" : ">mean score", ">training rows", ">validation rows");
        for (int i = 0; i < b.names().size(); i++) {
            int name = i;
            int[] places = IntStream.range(0, b.best().size()).filter(p -> b.best().get(p) == name).toArray();
            table.add(b.names().get(i), Format.share((double) places.length / b.best().size()), places.length == 0 ? ""
                    : Format.real(IntStream.of(places).mapToDouble(b.probability()::get).average().orElseThrow()),
                    rows(b, Part.TRAIN, name), rows(b, Part.VALIDATION, name));
        }
        screen.print(table.toString());
        long unknown = b.best().stream().filter(best -> best < 0).count();
        if (unknown > 0) {
            screen.print("what the model computes is no number at " + unknown + " of " + b.best().size() + " points");
        }
        screen.print("The plane: " + range(b.features().get(0), b.x()) + "; " + range(b.features().get(1), b.y()) + "; at " + b.cells() + " times "
                + b.cells() + " points.");
        screen.emit(event(at, reached, b));
    }

    private static String rows(Boundary b, Part part, int name) {
        return Long.toString(b.points().stream().filter(p -> p.part() == part && p.label() == name).count());
    }

    private static String range(String feature, Boundary.Range range) {
        return Printable.line(feature) + " from " + Format.real(range.from()) + " to " + Format.real(range.to());
    }

    /** The numbers of the page, to the bit. */
    private static ObjectNode event(RunStep at, Reached reached, Boundary b) {
        ObjectNode event = at.event("boundary").put("digest", reached.digest());
        reached.isEqual().ifPresent(equal -> event.put("recorded", reached.recorded().orElseThrow()).put("equal", equal));
        b.features().forEach(event.putArray("features")::add);
        event.putArray("x").add(b.x().from()).add(b.x().to());
        event.putArray("y").add(b.y().from()).add(b.y().to());
        event.put("cells", b.cells());
        b.names().forEach(event.putArray("classes")::add);
        b.best().forEach(event.putArray("best")::add);
        ArrayNode probability = event.putArray(b.areProbabilities() ? "probability" : "score");
        b.probability().forEach(p -> {
            if (Double.isNaN(p)) {
                probability.addNull();
            } else {
                probability.add(p);
            }
        });
        ArrayNode rows = event.putArray("rows");
        for (Boundary.Point p : b.points()) {
            rows.addObject().put("row", p.row()).put("x", p.x()).put("y", p.y()).put("label", p.label()).put("part", p.part().text());
        }
        return event;
    }
}
