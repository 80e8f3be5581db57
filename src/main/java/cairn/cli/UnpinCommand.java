package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.args.CheckpointName;
import cairn.cli.args.Common;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn unpin}. */
@Command(name = "unpin", description = {"Takes the pin of a checkpoint away. It is not deleted, but may be, by the next rule that does not keep it."},
        footer = {"", "Examples:",
            "  cairn unpin iris@360"})
final class UnpinCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(paramLabel = "RUN@STEP", description = "A checkpoint: RUN@STEP, RUN@best, or RUN[@latest].")
    private String name;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Common common;

    UnpinCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = common.screen(host);
        CheckpointName at = CheckpointName.of(name);
        StoredRun run = runs.find(at.run());
        try (DirectoryStore store = run.writing()) {
            long step = run.step(store, at.which(), screen);
            store.pin(step, false);
            screen.say(run.name() + "@" + step + " is not pinned");
            screen.tell(Screen.event("unpin").put("run", run.name()).put("step", step).put("pinned", false));
        }
        return ExitCode.OK;
    }
}
