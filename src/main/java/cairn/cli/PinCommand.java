package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.args.CheckpointName;
import cairn.cli.args.Common;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.StateResolver;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn pin}. */
@Command(name = "pin", description = {
    "Pins a checkpoint: no rule deletes it, until cairn unpin takes the pin away. Pinning it again changes nothing.",
    "A step that was not saved is made a checkpoint first, as by cairn goto. What is stored is read first; a damaged one is refused."},
        footer = {"", "Examples:",
            "  cairn pin iris@360",
            "  cairn pin iris@best",
            "  cairn pin iris@100                   saved or not"})
final class PinCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(paramLabel = "RUN@STEP", description = "A checkpoint: RUN@STEP, RUN@best, or RUN[@latest].")
    private String name;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private DataPlace data;

    @Mixin
    private Common common;

    PinCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = common.screen(host);
        CheckpointName at = CheckpointName.of(name);
        StoredRun run = runs.find(at.run());
        long step;
        boolean isStored;
        try (DirectoryStore store = run.store()) {
            step = run.wanted(store, at.which(), screen);
            isStored = store.steps().contains(step);
        }
        if (!isStored) {
            new StateResolver(host, screen, data).keep(run, step);
        }
        try (DirectoryStore store = run.writing()) {
            // One that cannot be read is not worth keeping, and better known now than later.
            store.read(step);
            store.pin(step, true);
            screen.say(run.name() + "@" + step + " is pinned; take the pin away with: cairn unpin " + run.name() + "@" + step + runs.option());
            screen.tell(Screen.event("pin").put("run", run.name()).put("step", step).put("pinned", true));
        }
        return ExitCode.OK;
    }
}
