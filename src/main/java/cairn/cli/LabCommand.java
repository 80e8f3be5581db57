package cairn.cli;

import cairn.cli.args.BackendOption;
import cairn.cli.args.Console;
import cairn.cli.args.DataPlace;
import cairn.cli.report.Format;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Terminal;
import cairn.lab.Context;
import cairn.lab.Experiment;
import cairn.lab.Experiments;
import cairn.lab.Pages;
import cairn.lab.Report;
import cairn.lab.Table;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.commons.text.WordUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn lab}. */
@Command(name = "lab", description = {"Runs an experiment about saving and resuming, or lists the experiments.",
    "Prints a table and what it shows. Writes tables (CSV), figures (SVG, PNG) and a page that explains them (Markdown).",
    "Each experiment takes less than two minutes on two cores."},
        footer = {"", "Examples:",
            "  cairn lab                               lists the experiments",
            "  cairn lab forget                        writes into the folder lab",
            "  cairn lab butterfly --out my-lab --seed 7",
            "  cairn lab interval --quick              takes a few seconds"})
final class LabCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "EXPERIMENT", description = "The experiment to run.")
    private String name;

    @Option(names = "--out", paramLabel = "FOLDER", defaultValue = "lab", order = 0,
            description = {"The folder to write into (default: ${DEFAULT-VALUE}).",
                    "Replaces the files of an earlier run of the experiment."})
    private Path folder;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "42", order = 1,
            description = "The seed of all random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--quick", order = 2, description = "Trains much shorter. The numbers then mean little.")
    private boolean quick;

    @Mixin
    private DataPlace data;

    @Mixin
    private BackendOption backend;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        if (name == null) {
            list(screen);
            return ExitCode.OK;
        }
        backend.settle(console);
        Experiment experiment = Experiments.find(name);
        Pages.prepare(folder);
        boolean isWatched = console.host().terminal().showsErr();
        long from = console.host().clocks().nanos().getAsLong();
        Report report = experiment.run(new Context(seed, quick, data.folders(), console.host().clocks().nanos(),
                what -> {
                    if (isWatched) {
                        screen.draw(experiment.name() + ": " + what + " ...");
                    }
                }));
        screen.erase();
        List<Path> files = Pages.write(experiment, report, folder);
        double seconds = (console.host().clocks().nanos().getAsLong() - from) / 1e9;
        show(screen, experiment, report, files, seconds);
        return ExitCode.OK;
    }

    private static void list(Screen screen) {
        Columns table = new Columns("experiment", "");
        for (Experiment e : Experiments.all()) {
            List<String> lines = wrapped(e.question(), Terminal.USUAL_WIDTH - 14);
            for (int i = 0; i < lines.size(); i++) {
                table.add(i == 0 ? e.name() : "", lines.get(i));
            }
            screen.emit(Screen.event("experiment").put("name", e.name()).put("question", e.question()));
        }
        screen.print(table.toString());
        screen.print("");
        screen.print("Run one with `cairn lab EXPERIMENT`.");
    }

    private static List<String> wrapped(String text, int width) {
        return WordUtils.wrap(text, width, "\n", false).lines().toList();
    }

    private static void show(Screen screen, Experiment experiment, Report report, List<Path> files, double seconds) {
        Table main = report.tables().get(0);
        String[] heads = new String[main.heads().size()];
        for (int i = 0; i < heads.length; i++) {
            int column = i;
            heads[i] = (main.rows().stream().allMatch(row -> row.get(column) instanceof Number) ? ">" : "") + main.heads().get(i);
        }
        Columns table = new Columns(heads);
        for (List<Object> row : main.rows()) {
            table.add(row.stream().map(Table::text).toArray(String[]::new));
            ObjectNode event = Screen.event("row");
            for (int i = 0; i < heads.length; i++) {
                put(event, main.heads().get(i), row.get(i));
            }
            screen.emit(event);
        }
        screen.print(main.title() + "\n\n" + table + "\n");
        for (String finding : report.findings()) {
            screen.print(String.join("\n  ", wrapped("- " + finding, Terminal.USUAL_WIDTH - 2)));
            screen.emit(Screen.event("finding").put("text", finding));
        }
        Path page = files.get(files.size() - 1);
        screen.print("\n" + page + " explains it. " + (files.size() - 1) + " files with tables and figures are beside it. "
                + Format.real(seconds) + " seconds.");
        ObjectNode end = Screen.event("end").put("experiment", experiment.name()).put("page", page.toString()).put("seconds", seconds);
        ArrayNode written = end.putArray("files");
        files.forEach(f -> written.add(f.toString()));
        screen.emit(end);
    }

    private static void put(ObjectNode event, String name, Object cell) {
        if (cell instanceof Double d) {
            event.put(name, d);
        } else if (cell instanceof Number n) {
            event.put(name, n.longValue());
        } else {
            event.put(name, cell.toString());
        }
    }
}
