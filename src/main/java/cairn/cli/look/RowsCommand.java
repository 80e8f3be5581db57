package cairn.cli.look;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.look.ContactSheet;
import cairn.look.Part;
import cairn.look.RowChoice;
import cairn.look.RowHistory;
import cairn.look.RowPictures;
import cairn.look.RowTable;
import cairn.look.RunView;
import cairn.replay.ReplayListener;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn rows}. */
@Command(name = "rows", description = {
    "Shows single rows with their loss, and with what the model of a step predicts for them.",
    "A step that is not saved is trained again in memory. Rows have their numbers in the data set that was read, from 0."},
        footer = {"", "Examples:",
            "  cairn rows iris                            the 25 rows with the greatest loss",
            "  cairn rows mnist-mlp@best --wrong -o wrong.png   a sheet of images",
            "  cairn rows iris@360 --rows 3,5,9..12",
            "  cairn rows iris --worst 4 --history -o history.svg",
            "  cairn rows iris --rows 70 --history --every 10"})
public final class RowsCommand implements Callable<Integer> {
    /** More lines than these cannot be told apart in a figure. */
    private static final int MOST_LINES = 8;

    @Parameters(paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String name;

    @ArgGroup(exclusive = true)
    private Choice choice = new Choice();

    /** Which rows; at most one is given. */
    static final class Choice {
        @Option(names = "--worst", paramLabel = "N", order = 1, description = "The N rows with the greatest loss (default: 25).")
        private Integer worst;

        @Option(names = "--wrong", order = 2, description = "Every row that is predicted wrongly, the greatest loss first; at most 100.")
        private boolean wrong;

        @Option(names = "--rows", paramLabel = "LIST", order = 3, description = "These rows: 3,5,9..12.")
        private String rows;
    }

    @Option(names = "--part", paramLabel = "PART", order = 4, description = "The rows to look at: validation, test or train (default: validation,"
            + " or test if there are none; with --rows the part that has the row).")
    private String part;

    @Option(names = "--history", order = 5, description = "Also the losses of these rows at the saved steps up to this one.")
    private boolean history;

    @Option(names = "--every", paramLabel = "STEPS", order = 6, description = "With --history: at every so many steps, by training the run again.")
    private Integer every;

    @Option(names = "-o", paramLabel = "FILE", order = 7, description = "Writes the rows into FILE.csv or FILE.json, or their images into FILE.png."
            + " With --history: draws FILE.svg or FILE.png. " + OutFile.NEVER_REPLACED)
    private Path out;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        if (every != null && (!history || every < 1)) {
            throw CommandException.usage("--every " + every + ": expected --history, and at least 1");
        } else if (choice.worst != null && choice.worst < 1) {
            throw CommandException.usage("--worst " + choice.worst + ": expected at least 1");
        }
        Optional<OutFile> file = out == null ? Optional.empty()
                : Optional.of(history ? OutFile.of(out, "csv", "json", "svg", "png") : OutFile.of(out, "csv", "json", "png"));
        Optional<Part> asked = part == null ? Optional.empty() : Optional.of(part(part));
        Optional<List<Integer>> listed = choice.rows == null ? Optional.empty() : Optional.of(RowList.parse("--rows", choice.rows));
        RunStep at = session.resolve(name);
        return session.replay(at.run(), at.step(), (replay, progress) -> {
            RunView view = RunView.of(replay);
            view.goTo(at.step(), progress);
            List<RowTable> tables = tables(view, asked, listed);
            if (!history && file.filter(OutFile::isPicture).isPresent()) {
                tables.forEach(table -> pictures(view, table.part()));
            }
            show(at, view, tables, file, progress);
            return ExitCode.OK;
        });
    }

    private static Part part(String text) {
        return List.of(Part.values()).stream().filter(p -> p.text().equals(text)).findFirst()
                .orElseThrow(() -> CommandException.usage("--part " + text + ": expected validation, test or train"));
    }

    /** A table for each part that has chosen rows. */
    private List<RowTable> tables(RunView view, Optional<Part> asked, Optional<List<Integer>> listed) {
        if (listed.isPresent()) {
            Map<Part, List<Integer>> byPart = new EnumMap<>(Part.class);
            listed.get().forEach(row -> byPart.computeIfAbsent(asked.or(() -> view.partOf(row)).orElseThrow(() -> CommandException.usage(
                    "there is no row " + row + " in " + view.source(Part.TRAIN))), p -> new ArrayList<>()).add(row));
            return byPart.entrySet().stream().map(e -> view.rows(e.getKey(), new RowChoice.These(e.getValue()))).toList();
        }
        Part of = asked.orElse(view.size(Part.VALIDATION) > 0 ? Part.VALIDATION : view.size(Part.TEST) > 0 ? Part.TEST : Part.TRAIN);
        if (view.size(of) == 0) {
            throw CommandException.usage("--part " + of.text() + ": the run has no " + of.text() + " rows");
        }
        return List.of(view.rows(of, choice.wrong ? new RowChoice.Wrong(100) : new RowChoice.Worst(choice.worst == null ? 25 : choice.worst)));
    }

    private void show(RunStep at, RunView view, List<RowTable> tables, Optional<OutFile> file, ReplayListener progress) throws IOException {
        Screen screen = session.screen();
        for (RowTable table : tables) {
            table.rows().forEach(row -> screen.emit(RowLines.fields(at.event("row"), table, row)));
        }
        if (tables.stream().allMatch(t -> t.rows().isEmpty())) {
            screen.print("no " + tables.get(0).part().text() + " row of " + at + " is predicted wrongly");
        } else {
            screen.print(RowLines.text(tables));
        }
        screen.print("");
        tables.forEach(table -> screen.print(RowLines.meaning(table)));
        List<RowHistory> histories = history ? histories(at, view, tables, progress) : List.of();
        histories.forEach(h -> show(at, h));
        if (file.isPresent()) {
            write(file.get(), at, view, tables, histories);
            screen.print("");
            screen.print((file.get().isPicture() ? "figure: " : "file: ") + out);
        }
    }

    private List<RowHistory> histories(RunStep at, RunView view, List<RowTable> tables, ReplayListener progress) throws IOException {
        SortedSet<Long> steps = new TreeSet<>(List.of(at.step()));
        if (every == null) {
            at.run().stored(session.screen()).stream().map(RunStep::step).filter(s -> s <= at.step()).forEach(steps::add);
        } else {
            for (long s = view.oldest(); s < at.step(); s += every) {
                steps.add(s);
            }
        }
        List<RowHistory> histories = new ArrayList<>();
        for (RowTable table : tables) {
            if (!table.rows().isEmpty()) {
                histories.add(RowHistory.of(view, table.part(), table.rows().stream().map(RowTable.Row::row).toList(), steps,
                        step -> view.goTo(step, every == null ? ReplayListener.NONE : progress)));
            }
        }
        return histories;
    }

    private void show(RunStep at, RowHistory h) {
        Screen screen = session.screen();
        int shown = Math.min(MOST_LINES, h.rows().size());
        String[] heads = IntStream.range(-1, shown).mapToObj(i -> i < 0 ? ">step" : ">row " + h.rows().get(i)).toArray(String[]::new);
        Columns columns = new Columns(heads);
        for (int s = 0; s < h.steps().size(); s++) {
            int line = s;
            columns.add(IntStream.range(-1, shown).mapToObj(i -> i < 0 ? Long.toString(h.steps().get(line))
                    : Format.real(h.losses().get(line).get(i))).toArray(String[]::new));
            ObjectNode event = Screen.event("history").put("run", at.run().name()).put("step", h.steps().get(s)).put("part", h.part().text());
            ObjectNode losses = event.putObject("losses");
            IntStream.range(0, h.rows().size()).forEach(i ->
                    JsonFields.putExact(losses, Integer.toString(h.rows().get(i)), h.losses().get(line).get(i)));
            screen.emit(event);
        }
        screen.print("");
        screen.print("The loss of each row, " + where() + (shown < h.rows().size() ? ", of the first " + shown + " rows" : "") + ":");
        screen.print(columns.toString());
    }

    private String where() {
        return every == null ? "at the saved steps" : "at every " + (every == 1 ? "step" : every + " steps") + ", trained again";
    }

    private void write(OutFile file, RunStep at, RunView view, List<RowTable> tables, List<RowHistory> histories) throws IOException {
        if (!histories.isEmpty() && file.isPicture()) {
            Curves chart = chart(at, histories);
            file.write(file.ending().equals("svg") ? chart.svg() : chart.png());
        } else if (file.ending().equals("png")) {
            String title = at + ": " + title(tables);
            file.write(ContactSheet.of(title, tables, table -> pictures(view, table.part())).png());
        } else if (file.ending().equals("csv")) {
            file.write((histories.isEmpty() ? RowLines.csv(tables) : csv(histories)).getBytes(StandardCharsets.UTF_8));
        } else {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            RowLines.array(all, tables);
            file.write((all.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private String title(List<RowTable> tables) {
        String rows = tables.get(0).part().text() + " rows";
        return choice.rows != null ? "rows of " + tables.get(0).source() : choice.wrong ? rows + " that are predicted wrongly"
                : rows + " with the greatest loss";
    }

    private static RowPictures pictures(RunView view, Part part) {
        return view.pictures(part).orElseThrow(() -> CommandException.usage("-o: the rows of " + view.source(part)
                + " are no images; write them into a .csv or .json file"));
    }

    private static String csv(List<RowHistory> histories) {
        StringBuilder csv = new StringBuilder("step,part,row,loss\n");
        for (RowHistory h : histories) {
            for (int s = 0; s < h.steps().size(); s++) {
                for (int i = 0; i < h.rows().size(); i++) {
                    csv.append(h.steps().get(s)).append(',').append(h.part().text()).append(',').append(h.rows().get(i)).append(',')
                            .append(h.losses().get(s).get(i)).append('\n');
                }
            }
        }
        return csv.toString();
    }

    private Curves chart(RunStep at, List<RowHistory> histories) {
        List<Series> lines = new ArrayList<>();
        for (RowHistory h : histories) {
            for (int i = 0; i < h.rows().size() && lines.size() < MOST_LINES; i++) {
                List<Point> points = new ArrayList<>();
                for (int s = 0; s < h.steps().size(); s++) {
                    double loss = h.losses().get(s).get(i);
                    points.add(Point.of(h.steps().get(s), Double.isFinite(loss) ? loss : Double.NaN));
                }
                lines.add(Series.line("row " + h.rows().get(i) + (histories.size() > 1 ? " " + h.part().text() : ""), points)
                        .as(points.size() > 40 ? Series.Style.LINE : Series.Style.LINE_AND_POINTS));
            }
        }
        return new Curves(at.run().name() + ": the loss of single rows, " + where(), Axis.linear("step"), Axis.linear("loss"), lines);
    }
}
