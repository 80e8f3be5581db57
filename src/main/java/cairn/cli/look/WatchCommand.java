package cairn.cli.look;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.look.Summary;
import cairn.look.Watched;
import cairn.look.Watcher;
import cairn.replay.Proof;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn watch}. */
@Command(name = "watch", description = {
    "Shows what nobody recorded: the gradients, activations, updates or weights of each layer at past steps.",
    "The steps are trained again in memory, and compared with everything that was recorded of them. The run does not change.",
    "norm is the root of the sum of squares, zeros the share of numbers that are exactly 0."},
        footer = {"", "Examples:",
            "  cairn watch iris --at 100..120",
            "  cairn watch iris --at 100..120 --what updates --layer 0.dense",
            "  cairn watch iris --at 0..360 -o gradients.svg      a line for each layer",
            "  cairn watch iris --at 100.. --what activations --what weights -o layers.csv"})
public final class WatchCommand implements Callable<Integer> {
    /** More steps than these are not printed; a file has them all. */
    private static final int MOST_STEPS = 12;
    private static final Map<String, ToDoubleFunction<Summary>> MEASURES = measures();

    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--at", paramLabel = "STEPS", order = 1,
            description = "The steps: 100..120, one step, or with an end left out. A step is the update that led to it, and its weights.")
    private String at;

    @Option(names = "--what", paramLabel = "KIND", order = 2, description = "gradients (default), activations, updates or weights. Gradients are"
            + " those of the batch, before clipping; activations the outputs of each layer for its rows. May be given several times.")
    private List<String> what = List.of("gradients");

    @Option(names = "--layer", paramLabel = "LAYER", order = 3, description = "Only this layer, such as 0.dense, or one of its tensors, such as"
            + " 0.dense/weight (default: every layer).")
    private String layer;

    @Option(names = "--measure", paramLabel = "NAME", order = 4, defaultValue = "norm",
            description = "What a figure shows: norm (default), mean, deviation, min, max or zeros.")
    private String measure;

    @Option(names = "-o", paramLabel = "FILE", order = 5, description = "Writes every number into FILE.csv or FILE.json, or draws FILE.svg or"
            + " FILE.png. " + OutFile.NEVER_REPLACED)
    private Path out;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        if (at == null) {
            throw CommandException.usage("--at is missing: say which steps, such as --at 100..120");
        }
        StepRange range = StepRange.parse("--at", at);
        Set<Watched.Kind> kinds = kinds();
        if (!MEASURES.containsKey(measure)) {
            throw CommandException.usage("--measure " + measure + ": expected one of " + String.join(", ", MEASURES.keySet()));
        }
        Optional<OutFile> file = out == null ? Optional.empty() : Optional.of(OutFile.of(out, "csv", "json", "svg", "png"));
        if (file.filter(OutFile::isPicture).isPresent() && kinds.size() > 1) {
            throw CommandException.usage("-o " + out + ": a figure shows one kind of numbers; give --what once");
        }
        StoredRun run = session.runs().find(name);
        Watched watched = session.replay(run, range.to().orElse(0), (replay, progress) -> Watcher.watch(replay,
                range.from().orElse(replay.oldest()), range.to().isPresent() ? range.to().getAsLong() : replay.newest(), kinds,
                Optional.ofNullable(layer), progress));
        show(run, watched);
        if (file.filter(OutFile::isPicture).isPresent() && watched.samples().isEmpty()) {
            throw CommandException.usage("-o " + out + ": there is nothing to draw, because no update led to step 0; begin at step 1");
        }
        if (file.isPresent()) {
            write(file.get(), run, watched);
            session.screen().print("");
            session.screen().print((file.get().isPicture() ? "figure: " : "all numbers: ") + out);
        }
        return watched.proof().isIdentical() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Set<Watched.Kind> kinds() {
        Set<Watched.Kind> kinds = EnumSet.noneOf(Watched.Kind.class);
        for (String text : what) {
            kinds.add(List.of(Watched.Kind.values()).stream().filter(k -> k.text().equals(text)).findFirst()
                    .orElseThrow(() -> CommandException.usage("--what " + text + ": expected gradients, activations, updates or weights")));
        }
        return kinds;
    }

    private static Map<String, ToDoubleFunction<Summary>> measures() {
        Map<String, ToDoubleFunction<Summary>> measures = new LinkedHashMap<>();
        measures.put("norm", Summary::norm);
        measures.put("mean", Summary::mean);
        measures.put("deviation", Summary::deviation);
        measures.put("min", Summary::least);
        measures.put("max", Summary::greatest);
        measures.put("zeros", Summary::zeroShare);
        return measures;
    }

    private void show(StoredRun run, Watched watched) {
        Screen screen = session.screen();
        List<Long> steps = watched.samples().stream().map(Watched.Sample::step).distinct().toList();
        Set<Long> shown = steps.size() <= MOST_STEPS ? Set.copyOf(steps) : java.util.stream.IntStream.range(0, MOST_STEPS)
                .mapToObj(i -> steps.get((int) ((long) i * (steps.size() - 1) / (MOST_STEPS - 1)))).collect(Collectors.toSet());
        Columns table = new Columns(">step", "what", "layer", ">norm", ">mean", ">deviation", ">min", ">max", ">zeros", "");
        for (Watched.Sample s : watched.samples()) {
            ObjectNode event = fields(Screen.event("watched").put("run", run.name()), s);
            screen.emit(event);
            if (shown.contains(s.step())) {
                Summary n = s.numbers();
                table.add(Long.toString(s.step()), s.kind().text(), s.name(), Format.real(n.norm()), Format.real(n.mean()),
                        Format.real(n.deviation()), Format.real(n.least()), Format.real(n.greatest()), Format.share(n.zeroShare()),
                        n.notFinite() == 0 ? "" : n.notFinite() + " not finite");
            }
        }
        screen.print(table.toString());
        if (shown.size() < steps.size()) {
            screen.print(shown.size() + " of " + steps.size() + " steps are shown; -o FILE.csv writes them all");
        }
        screen.print("");
        screen.print(proven(watched.proof()));
        screen.emit(proof(run, watched.proof()));
    }

    /** Whether what was watched is what was trained. */
    private static String proven(Proof proof) {
        String steps = "trained again, steps " + proof.from() + " to " + proof.to() + ": ";
        if (proof.isIdentical()) {
            return steps + (proof.numbers() + proof.states() == 0 ? "nothing was recorded of them, so nothing was compared"
                    : Format.count(proof.numbers(), "recorded number") + " and " + Format.count(proof.states(), "recorded state")
                    + " found equal, to the bit");
        }
        Proof.Divergence first = proof.divergences().get(0);
        return steps + "not what was trained. First difference at step " + first.step() + ": " + first.path() + ", recorded "
                + first.recorded() + ", found " + first.replayed() + "\nlikely cause: " + first.reason();
    }

    private static ObjectNode proof(StoredRun run, Proof proof) {
        ObjectNode event = Screen.event("proof").put("run", run.name()).put("from", proof.from()).put("to", proof.to())
                .put("numbers", proof.numbers()).put("states", proof.states()).put("identical", proof.isIdentical());
        proof.divergences().stream().findFirst().ifPresent(d -> event.put("step", d.step()).put("path", d.path())
                .put("recorded", d.recorded()).put("replayed", d.replayed()).put("reason", d.reason()));
        return event;
    }

    private static ObjectNode fields(ObjectNode into, Watched.Sample s) {
        into.put("step", s.step()).put("what", s.kind().text()).put("layer", s.name());
        MEASURES.forEach((measure, value) -> JsonFields.put(into, measure, value.applyAsDouble(s.numbers())));
        return into.put("count", s.numbers().count()).put("not_finite", s.numbers().notFinite());
    }

    private void write(OutFile file, StoredRun run, Watched watched) throws IOException {
        file.write(switch (file.ending()) {
            case "csv" -> csv(watched).getBytes(StandardCharsets.UTF_8);
            case "json" -> json(run, watched).getBytes(StandardCharsets.UTF_8);
            case "svg" -> chart(run, watched).svg();
            default -> chart(run, watched).png();
        });
    }

    private static String csv(Watched watched) {
        StringBuilder csv = new StringBuilder("step,what,layer," + String.join(",", MEASURES.keySet()) + ",count,not-finite\n");
        for (Watched.Sample s : watched.samples()) {
            csv.append(s.step()).append(',').append(s.kind().text()).append(',').append(s.name());
            MEASURES.values().forEach(m -> csv.append(',').append(m.applyAsDouble(s.numbers())));
            csv.append(',').append(s.numbers().count()).append(',').append(s.numbers().notFinite()).append('\n');
        }
        return csv.toString();
    }

    private static String json(StoredRun run, Watched watched) {
        ObjectNode all = proof(run, watched.proof());
        all.remove("event");
        ArrayNode samples = all.putArray("samples");
        watched.samples().forEach(s -> fields(samples.addObject(), s));
        return all.toPrettyString() + "\n";
    }

    private Curves chart(StoredRun run, Watched watched) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        for (Watched.Sample s : watched.samples()) {
            double value = MEASURES.get(measure).applyAsDouble(s.numbers());
            lines.computeIfAbsent(s.name(), n -> new ArrayList<>()).add(Point.of(s.step(), Double.isFinite(value) ? value : Double.NaN));
        }
        boolean isPositive = lines.values().stream().flatMap(List::stream).allMatch(p -> Double.isNaN(p.y()) || p.y() > 0);
        String kind = watched.samples().get(0).kind().text();
        String label = measure.equals("zeros") ? "share of zeros" : measure + " of the " + kind;
        boolean isRatio = measure.equals("norm") && isPositive;
        return new Curves(run.name() + ": " + kind.toLowerCase(Locale.ROOT) + " of each layer", Axis.linear("step"),
                isRatio ? Axis.logarithmic(label) : Axis.linear(label),
                lines.entrySet().stream().map(e -> Series.line(e.getKey(), e.getValue())
                        .as(e.getValue().size() > 40 ? Series.Style.LINE : Series.Style.LINE_AND_POINTS)).toList());
    }
}
