package cairn.cli.look;

import cairn.chart.Panels;
import cairn.chart.Series;
import cairn.cli.args.Console;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.look.curve.Mark;
import cairn.look.curve.RunCurves;
import cairn.recipe.RecipeChange;
import cairn.words.Printable;
import cairn.words.Spelling;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn plot}. */
@Command(name = "plot", description = {
    "Draws the curves of runs into one figure: losses, measures with their 95 %% intervals, learning rates, norms of gradients, and the"
        + " layer statistics that --watch recorded.",
    "Everything is read from the journals; nothing is trained, and a run may be in training. A branch is drawn with its parent, in grey"
        + " dashes before the branch. Vertical lines show branches, rollbacks, sessions and faults."},
        footer = {"", "Examples:",
            "  cairn plot iris                                    into iris.svg, in this folder",
            "  cairn plot iris slower -o both.png                 two runs; the legend says what differs",
            "  cairn plot iris --from 100 --to 200 --log",
            "  cairn plot iris --series evaluation/loss,watch/*   only these series"})
public final class PlotCommand implements Callable<Integer> {
    private static final int MOST_MARKS = 8;
    private static final int LONGEST_NAME = 100;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private List<String> names;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", order = 1,
            description = "An SVG or a PNG by its ending (default: RUN.svg in this folder). An earlier figure of this command is replaced,"
                    + " and no other file.")
    private Path out;

    @Option(names = "--series", paramLabel = "NAME", order = 2, split = ",",
            description = "Only these series of the journal; * stands for any letters.")
    private List<String> series;

    @Option(names = "--from", paramLabel = "STEP", order = 3, defaultValue = "0", description = "The first step (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--to", paramLabel = "STEP", order = 4, description = "The last step (default: the last that is recorded).")
    private Long to;

    @Option(names = "--log", order = 5, description = "Draws losses and learning rates on a logarithmic axis, as norms are always drawn.")
    private boolean log;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        if (from < 0 || to != null && to < from) {
            throw CommandException.usage("--from " + from + (to == null ? "" : " --to " + to) + ": expected two steps from 0 on, the smaller one"
                    + " first");
        }
        List<StoredRun> found = new ArrayList<>();
        for (String name : names) {
            found.add(runs.find(name));
        }
        List<StoredRun> shown = found.stream().distinct().toList();
        FigureFile file = new FigureFile(out == null ? Path.of(usualName(shown)) : out);
        file.requireFree();
        List<RunCurves> curves = new ArrayList<>();
        for (StoredRun run : shown) {
            RunCurves all = RunCurves.of(run.folder(), new RealDisk());
            all.problems().forEach(screen::note);
            if (all.curves().isEmpty()) {
                throw CommandException.refused("run " + Printable.line(run.name()) + " has no numbers yet: its journal has no step");
            }
            curves.add(all.between(from, to == null ? Long.MAX_VALUE : to));
        }
        Panels figure = figure(curves, labels(shown));
        boolean isReplaced = file.isFigure();
        file.write(figure);
        report(screen, file.path(), isReplaced, curves, figure);
        return ExitCode.OK;
    }

    private static String usualName(List<StoredRun> runs) {
        String name = runs.stream().map(StoredRun::name).collect(Collectors.joining("-"));
        return (name.length() > LONGEST_NAME ? "runs" : name) + ".svg";
    }

    private static List<String> labels(List<StoredRun> shown) throws IOException {
        List<Map<String, String>> settings = new ArrayList<>();
        for (StoredRun run : shown) {
            settings.add(RecipeChange.settings(run.recipeText()));
        }
        return RunLabels.of(shown.stream().map(r -> Printable.line(r.name())).toList(), settings);
    }

    private Panels figure(List<RunCurves> curves, List<String> labels) {
        SortedSet<String> known = new TreeSet<>();
        curves.forEach(c -> known.addAll(c.curves().keySet()));
        if (known.isEmpty()) {
            throw CommandException.usage("nothing was recorded from step " + from + (to == null ? " on" : " to step " + to));
        }
        CurveFigure figure = new CurveFigure(curves, labels, log);
        if (series == null) {
            return figure.usual();
        }
        List<Predicate<String>> chosen = new ArrayList<>();
        for (String name : series) {
            Predicate<String> matches = Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q")).asMatchPredicate();
            if (known.stream().noneMatch(matches)) {
                throw CommandException.usage("--series " + Printable.line(name) + ": " + Spelling.hint(name, known));
            }
            chosen.add(matches);
        }
        return figure.of(name -> chosen.stream().anyMatch(c -> c.test(name)));
    }

    /** What is in each plot; of several runs each line is a run. */
    private static String plots(Panels figure, boolean areSeveral) {
        Columns plots = new Columns("", "", "");
        if (areSeveral) {
            plots.add("", "plots", String.join(", ", figure.panels().stream().map(p -> p.y().label()).toList()));
            figure.panels().stream().flatMap(p -> p.series().stream()).map(Series::name).distinct().forEach(name -> plots.add("", "line", name));
        } else {
            figure.panels().forEach(p -> plots.add("", p.y().label(),
                    String.join("; ", p.series().stream().map(Series::name).distinct().toList())));
        }
        return plots.toString();
    }

    private void report(Screen screen, Path file, boolean isReplaced, List<RunCurves> curves, Panels figure) {
        screen.print("figure: " + Printable.line(file.toString()) + (isReplaced ? ", in place of the one before" : ""));
        screen.print(plots(figure, curves.size() > 1));
        figure.notes().forEach(screen::note);
        ObjectNode event = Screen.event("plot").put("file", file.toString()).put("replaced", isReplaced);
        ArrayNode drawn = event.putArray("plots");
        figure.panels().forEach(p -> {
            ObjectNode plot = drawn.addObject().put("axis", p.y().label());
            ArrayNode lines = plot.putArray("series");
            p.series().forEach(s -> lines.add(s.name()));
        });
        ArrayNode notes = event.putArray("notes");
        figure.notes().forEach(notes::add);
        for (RunCurves run : curves) {
            List<Mark> marks = run.marks();
            for (Mark m : marks.subList(0, Math.min(marks.size(), MOST_MARKS))) {
                screen.print(Printable.line((curves.size() == 1 ? "" : run.run() + ", ") + "step " + m.step() + ": " + m.kind().word() + ", "
                        + m.text()));
            }
            if (marks.size() > MOST_MARKS) {
                screen.print("and " + (marks.size() - MOST_MARKS) + " more marks of " + Printable.line(run.run()));
            }
        }
        ArrayNode all = event.putArray("marks");
        curves.forEach(run -> run.marks().forEach(m -> all.addObject().put("run", run.run()).put("step", m.step()).put("kind", m.kind().word())
                .put("text", m.text())));
        screen.emit(event);
    }
}
