package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.cli.args.BackendOption;
import cairn.cli.args.Common;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.report.StateResolver;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn goto}. */
@Command(name = "goto", description = {
    "Makes a checkpoint of any step that a run has done, saved or not: the nearest one before it is restored, and the steps from there"
        + " on are trained again.",
    "Nothing else changes: the run goes on from its newest checkpoint, as before. To go back for good: cairn rollback.",
    "To look at a step, other commands need no checkpoint of it: cairn evaluate RUN@1234."},
        footer = {"", "Examples:",
            "  cairn goto iris 100                  then: cairn show iris@100",
            "  cairn goto mnist-mlp 1234 --json"})
final class GotoCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(index = "0", paramLabel = "RUN", description = "The name of a run, or the path of its folder.")
    private String name;

    @Parameters(index = "1", paramLabel = "STEP", description = "A step that the run has done: its updates, counted from its beginning.")
    private String which;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private DataPlace data;

    @Mixin
    private BackendOption backend;

    @Mixin
    private Common common;

    GotoCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = common.screen(host);
        backend.settle(host, screen);
        StoredRun run = runs.find(name);
        long step;
        try (DirectoryStore store = run.store()) {
            step = run.wanted(store, which, screen);
        }
        CheckpointInfo info = new StateResolver(host, screen, data).keep(run, step);
        screen.say(run.name() + "@" + info.step() + " is a checkpoint now: " + Format.size(info.bytes()) + ", digest " + info.digest());
        screen.tell(JsonFields.of(run.name(), info));
        return ExitCode.OK;
    }
}
