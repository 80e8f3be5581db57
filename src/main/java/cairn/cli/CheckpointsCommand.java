package cairn.cli;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.cli.args.Console;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.report.Unreadable;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn checkpoints}. */
@Command(name = "checkpoints", description = "Lists the checkpoints of a run.",
        footer = {"", "Examples:",
            "  cairn checkpoints iris",
            "  cairn checkpoints iris --json | tail -1"})
final class CheckpointsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        StoredRun run = runs.find(name);
        CheckpointStore.Listing listing;
        try (DirectoryStore store = run.store()) {
            listing = store.listing();
        }
        List<CheckpointInfo> all = listing.checkpoints();
        Ranking ranking = run.summary().evaluate().ranking();
        Optional<CheckpointInfo> best = ranking.best(all);
        Columns table = new Columns(">step", ">size", "digest", ranking.metric(), "");
        for (CheckpointInfo c : all) {
            List<String> marks = new ArrayList<>();
            if (best.isPresent() && best.get().step() == c.step()) {
                marks.add("best");
            }
            if (all.get(all.size() - 1).step() == c.step()) {
                marks.add("latest");
            }
            if (c.pinned()) {
                marks.add("pinned");
            }
            String metric = c.metric(ranking.metric()).isPresent() ? Format.real(c.metric(ranking.metric()).getAsDouble()) : "";
            table.add(Long.toString(c.step()), ByteSize.text(c.bytes()), Format.brief(c.digest()), metric, String.join(" ", marks));
            screen.emit(event(run, c, marks));
        }
        screen.print(all.isEmpty() ? run.hasNone() : table.toString());
        Unreadable.report(screen, run, listing.unreadable());
        return listing.unreadable().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static ObjectNode event(StoredRun run, CheckpointInfo c, List<String> marks) {
        ObjectNode event = JsonFields.of(run.name(), c);
        marks.forEach(mark -> event.put(mark, true));
        return event;
    }
}
