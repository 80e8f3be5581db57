package cairn.cli;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.checkpoint.format.Checkpoint;
import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.metrics.Estimate;
import cairn.metrics.Evaluation;
import cairn.metrics.PairedTest;
import cairn.recipe.Recipe;
import cairn.run.Comparison;
import cairn.state.Value;
import cairn.train.StateConstants;
import cairn.train.TrainingData;
import cairn.words.Spelling;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn compare}. */
@Command(name = "compare", description = {
    "Measures models on the same rows, and compares each with the first. Brackets contain 95 %% intervals.",
    "p is the probability of a difference as large as this, or larger, if the models are equally good: McNemar's exact test for"
        + " classifiers, otherwise Student's paired t test of the losses of the rows. For several models p is corrected for their"
        + " number (Holm)."
        + " It is about these rows, not about other seeds."},
        footer = {"", "Examples:",
            "  cairn compare iris slower                    the newest of both",
            "  cairn compare iris@best slower@best head@best",
            "  cairn compare iris --all --plot iris.svg     every checkpoint of a run"})
final class CompareCommand implements Callable<Integer> {
    private static final List<String> PLOTS = List.of("svg", "png");

    @Parameters(arity = "1..*", paramLabel = "RUN[@STEP]",
            description = "Steps of runs: RUN@STEP, RUN@best, or RUN[@latest]. With --all: runs.")
    private List<String> names;

    @Option(names = "--all", order = 1,
            description = "Measures every checkpoint of each run, and compares it with the newest of the first run.")
    private boolean all;

    @Option(names = "--split", paramLabel = "ROWS", order = 2, defaultValue = "test",
            description = "The rows to measure on: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private EvaluateCommand.Split split;

    @Option(names = "--plot", paramLabel = "FILE", order = 3,
            description = "Draws the measure over the steps into FILE, an SVG or a PNG by its ending. A file that exists is never replaced.")
    private Path plot;

    @Option(names = "--measure", paramLabel = "NAME", order = 4,
            description = "The measure to draw and to print first (default: accuracy, or loss if there are no classes).")
    private String measure;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        String ending = plot == null ? "" : plot.toString().substring(plot.toString().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (plot != null && !PLOTS.contains(ending)) {
            throw CommandException.usage("--plot " + plot + ": expected a file name that ends in .svg or .png");
        }
        if (plot != null) {
            requireFree(plot);
        }
        List<RunStep> candidates = candidates();
        if (candidates.size() < 2) {
            throw CommandException.usage("there is nothing to compare " + candidates.get(0) + " with. Name another step, or use"
                    + " --all to compare every checkpoint of the run");
        }
        Comparison comparison = new Comparison(split.name());
        Map<String, TrainingData> opened = new HashMap<>();
        Set<Optional<Value>> units = new HashSet<>();
        for (RunStep c : candidates) {
            Recipe recipe = c.run().recipe();
            Checkpoint checkpoint = session.read(c);
            // The data is opened once for all recipes that split the same rows in the same way.
            String cut = recipe.seed() + " " + recipe.data().set() + " " + recipe.data().validation() + " " + recipe.data().test()
                    + " " + checkpoint.state().entries().get(StateConstants.DATA_SPLIT);
            if (!opened.containsKey(cut)) {
                opened.put(cut, session.loading(() -> TrainingData.open(recipe, session.data().folders(c.run()), checkpoint.state())));
            }
            units.add(Optional.ofNullable(checkpoint.state().entries().get(StateConstants.DATA_TARGETS)));
            comparison.add(c.toString(), recipe, checkpoint, opened.get(cut));
        }
        if (units.size() > 1) {
            screen.note("the losses are in different units, because not all targets were normalized in the same way; compare the"
                    + " mean-absolute-error, which is in the units of the targets");
        }
        List<Comparison.Line> lines = comparison.lines();
        String shown = shown(lines.get(0).evaluation());
        boolean areClasses = lines.get(0).evaluation() instanceof Evaluation.Classification;
        screen.print(Format.count(lines.get(0).evaluation().rows(), split.name() + " row") + ", each model compared with "
                + lines.get(0).name()
                + "\n  difference   " + (areClasses ? "of accuracies" : "of losses") + ": this model minus the first. p from "
                + (areClasses ? "McNemar's test\n  right alone  rows that only the first : only this model predicts correctly"
                : "Student's paired t test")
                + "\n  weights      distance from the weights of the first, relative to their norm");
        screen.print("");
        screen.print(table(lines, shown).toString());
        lines.forEach(line -> screen.emit(event(line, lines.get(0).name())));
        if (plot != null) {
            Curves chart = chart(candidates, lines, shown);
            Files.write(plot, ending.equals("svg") ? chart.svg() : chart.png(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            screen.print("");
            screen.print("figure: " + plot);
        }
        return ExitCode.OK;
    }

    /** Refuses a place where the figure cannot be written, before anything is computed. */
    private static void requireFree(Path plot) throws IOException {
        Path folder = plot.toAbsolutePath().getParent();
        if (Files.exists(plot, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(plot.toString(), null, "it exists, and is not replaced; delete it first, or use another name");
        } else if (!Files.isDirectory(folder)) {
            throw CommandException.usage("--plot " + plot + ": there is no folder " + folder);
        }
    }

    /** The steps to measure. The first is the one that the others are compared with. */
    private List<RunStep> candidates() throws IOException {
        List<RunStep> candidates = new ArrayList<>();
        for (String name : names) {
            if (all && name.contains("@")) {
                throw CommandException.usage(name + ": --all compares every checkpoint of a run; leave out what follows the name");
            }
            RunStep named = session.resolve(name);
            candidates.add(named);
            if (all) {
                List<RunStep> ofRun = new ArrayList<>(named.run().stored(session.screen()));
                Collections.reverse(ofRun);
                candidates.addAll(ofRun);
            }
        }
        return candidates.stream().distinct().toList();
    }

    private String shown(Evaluation evaluation) {
        Map<String, Estimate> measures = evaluation.measures();
        if (measure == null) {
            return measures.containsKey("accuracy") ? "accuracy" : "loss";
        } else if (!measures.containsKey(measure)) {
            throw CommandException.usage("--measure " + measure + ": there is no such measure; "
                    + Spelling.hint(measure, measures.keySet()));
        }
        return measure;
    }

    private static Columns table(List<Comparison.Line> lines, String shown) {
        String other = shown.equals("loss") ? "" : "loss";
        boolean areClasses = lines.get(0).evaluation() instanceof Evaluation.Classification;
        Columns table = new Columns("model", shown, other, "difference", ">p", areClasses ? ">right alone" : "", ">weights");
        for (Comparison.Line line : lines) {
            Map<String, Estimate> measures = line.evaluation().measures();
            Optional<PairedTest> test = line.test();
            table.add(line.name(), measures.get(shown).toString(), other.isEmpty() ? "" : measures.get(other).toString(),
                    test.map(t -> t.difference().toString()).orElse(""), test.map(t -> probability(t.p())).orElse(""),
                    areClasses ? test.map(t -> t.onlyFirst() + " : " + t.onlySecond()).orElse("") : "",
                    test.isEmpty() ? "" : line.distance().map(d -> Format.share(d.relative())).orElse("other shapes"));
        }
        return table;
    }

    private static String probability(double p) {
        return Double.isNaN(p) ? "unknown" : p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
    }

    private static ObjectNode event(Comparison.Line line, String first) {
        ObjectNode event = Screen.event("comparison").put("model", line.name()).put("step", line.step());
        JsonFields.put(event, line.evaluation());
        line.test().ifPresent(t -> {
            event.put("compared_with", first).put("test", t.name());
            JsonFields.put(event, "p", t.p());
            JsonFields.put(event, "difference", t.difference().value());
            if (t.difference().interval().isKnown()) {
                event.putArray("difference_interval").add(t.difference().interval().low()).add(t.difference().interval().high());
            }
            event.put("only_first_right", t.onlyFirst()).put("only_this_right", t.onlySecond());
        });
        line.distance().ifPresent(d -> {
            JsonFields.put(event, "distance", d.norm());
            JsonFields.put(event, "relative_distance", d.relative());
        });
        return event;
    }

    /** A series for each run, by step. */
    private Curves chart(List<RunStep> candidates, List<Comparison.Line> lines, String shown) {
        Map<String, List<Point>> series = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Estimate e = lines.get(i).evaluation().measures().get(shown);
            if (Double.isFinite(e.value())) {
                boolean known = e.interval().isKnown() && e.interval().contains(e.value());
                series.computeIfAbsent(candidates.get(i).run().name(), n -> new ArrayList<>()).add(known
                        ? Point.of(lines.get(i).step(), e.value(), e.interval().low(), e.interval().high())
                        : Point.of(lines.get(i).step(), e.value()));
            }
        }
        List<Series> drawn = new ArrayList<>();
        series.forEach((name, points) -> {
            points.sort(java.util.Comparator.comparingDouble(Point::x));
            drawn.add(all && points.size() > 1 ? Series.line(name, points).as(Series.Style.LINE_AND_POINTS).with(Series.Spread.BAND)
                    : Series.points(name, points).with(Series.Spread.BARS));
        });
        return new Curves(shown + " on the " + split.name() + " rows, with 95 % intervals", Axis.linear("step"), Axis.linear(shown), drawn);
    }
}
