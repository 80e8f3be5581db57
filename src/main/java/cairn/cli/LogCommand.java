package cairn.cli;

import cairn.checkpoint.UnfinishedRun;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.cli.args.Console;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.look.LogSeries;
import cairn.cli.report.Failure;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.report.RunTree;
import cairn.cli.report.Unreadable;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.run.Lineage;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn log}. */
@Command(name = "log",
        description = {"Draws the tree of runs: from which run and step each one comes, what was changed, and how far it was trained.",
            "Of named runs it writes every number that was recorded: a row for each step, with a column for each series. An empty cell is a value"
                + " that was not recorded. The numbers are exact. A branch begins with the steps of its parent.",
            "train/loss and train/accuracy are those of the batch of a step; train/epoch-loss and train/epoch-accuracy are means over the rows of"
                + " an epoch."},
        footer = {"", "Examples:",
            "  cairn log",
            "  cairn log iris --csv -o iris.csv",
            "  cairn log iris slower --csv -o both.csv      pandas.read_csv(\"both.csv\")",
            "  cairn log iris --json                        a line of JSON for each step",
            "  cairn log --dir /mnt/runs --json"})
final class LogCommand implements Callable<Integer> {
    /** More changes than these are not printed; --json has them all. */
    private static final int MOST_CHANGES = 3;

    @Parameters(arity = "0..*", paramLabel = "RUN", description = "Runs whose numbers are written, with --csv, --json or -o.")
    private List<String> names = List.of();

    @Option(names = "--csv", order = 1, description = "Writes comma-separated values.")
    private boolean csv;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", order = 2, description = "Writes into FILE: CSV, or lines of JSON if it ends in .jsonl. A"
            + " file that exists is never replaced.")
    private Path output;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        if (!names.isEmpty() || csv || output != null) {
            return series(screen);
        }
        List<RunTree.Node> nodes = new ArrayList<>();
        int exit = ExitCode.OK;
        for (StoredRun run : runs.all()) {
            try {
                nodes.add(RunTree.Node.of(run));
            } catch (IOException | IllegalArgumentException e) {
                screen.note("run " + run.name() + " is not shown: " + Failure.of(e).message());
                screen.emit(Screen.event("unreadable").put("run", run.name()).put("message", Failure.of(e).message()));
                exit = ExitCode.FAILED;
            }
        }
        boolean isPlain = !console.host().terminal().canDraw('\u2514');
        Columns table = new Columns("run", "from", ">step", "best", "changed");
        for (RunTree.Line line : new RunTree(nodes).lines()) {
            RunTree.Node n = line.node();
            table.add(RunTree.branches(line.lasts(), isPlain) + n.run().name(), n.parent().map(p -> from(p, line)).orElse(""),
                    n.newest().map(c -> Long.toString(c.step())).orElse("none"), best(n), n.parent().map(LogCommand::changes).orElse(""));
            screen.emit(event(n));
            Unreadable.report(screen, n.run(), n.unreadable());
            exit = n.unreadable().isEmpty() ? exit : ExitCode.FAILED;
        }
        for (UnfinishedRun unfinished : runs.unfinished()) {
            screen.note(unfinished.folder() + " is no run: " + unfinished.what() + " is being made there, or was not finished. If its process"
                    + " has ended, make it again, or delete what is there with: " + runs.command("gc"));
            screen.emit(Screen.event("unfinished").put("run", unfinished.folder().getFileName().toString()).put("what", unfinished.what()));
        }
        screen.print(nodes.isEmpty() ? runs.none() : table.toString());
        return exit;
    }

    private int series(Screen screen) throws IOException {
        if (names.isEmpty()) {
            throw CommandException.usage((csv ? "--csv" : "-o") + " needs the names of runs, such as: " + runs.command("log", "RUN", "--csv"));
        } else if (!csv && output == null && !screen.isJson()) {
            throw CommandException.usage("say how to write the numbers of " + String.join(", ", names) + ": with --csv, with --json, or with"
                    + " -o into a file");
        } else if (csv && (screen.isJson() || output != null && output.toString().endsWith(".jsonl"))) {
            throw CommandException.usage("--csv and lines of JSON exclude each other");
        }
        List<StoredRun> found = new ArrayList<>();
        for (String name : names) {
            found.add(runs.find(name));
        }
        LogSeries series = LogSeries.of(found, screen);
        if (output == null) {
            series.print(screen);
        } else {
            series.write(output);
            screen.print("wrote the numbers of " + Format.count(found.size(), "run") + " into " + output);
            screen.emit(Screen.event("log").put("file", output.toString()).put("runs", found.size()));
        }
        return ExitCode.OK;
    }

    /** The step of the parent, and its name if the tree does not show it. */
    private static String from(Lineage parent, RunTree.Line line) {
        return (line.lasts().isEmpty() ? parent.run() + " (not here) " : "") + "@" + parent.step();
    }

    private static String best(RunTree.Node n) {
        return n.best().map(c -> n.metric() + " " + Format.real(c.metric(n.metric()).orElseThrow()) + " @" + c.step()).orElse("");
    }

    private static String changes(Lineage parent) {
        List<String> all = parent.changes();
        return all.isEmpty() ? "nothing" : String.join(", ", all.subList(0, Math.min(MOST_CHANGES, all.size())))
                + (all.size() > MOST_CHANGES ? " and " + (all.size() - MOST_CHANGES) + " more" : "");
    }

    private static ObjectNode event(RunTree.Node n) {
        ObjectNode event = Screen.event("run").put("run", n.run().name()).put("folder", n.run().folder().toString())
                .put("checkpoints", n.checkpoints());
        n.newest().ifPresent(c -> event.put("step", c.step()).put("digest", c.digest()));
        Optional<CheckpointInfo> best = n.best();
        if (best.isPresent()) {
            event.put("best_step", best.get().step());
            JsonFields.put(event, "best-" + n.metric(), best.get().metric(n.metric()).orElseThrow());
        }
        n.parent().ifPresent(p -> {
            ObjectNode parent = event.putObject("parent").put("run", p.run()).put("path", p.path()).put("step", p.step())
                    .put("digest", p.digest());
            ArrayNode changes = parent.putArray("changes");
            p.changes().forEach(changes::add);
        });
        return event;
    }
}
