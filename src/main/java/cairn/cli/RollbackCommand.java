package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.args.BackendOption;
import cairn.cli.args.Common;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.StateResolver;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.replay.RunReplay;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn rollback}. */
@Command(name = "rollback", description = {
    "Takes a run back to one of its steps, saved or not: weights, optimizer, best metric, patience, everything is that of the step, and"
        + " resume goes on from there.",
    "Nothing is lost: the later checkpoints, and the journal, move into a run of their own, RUN.before-rollback-1."},
        footer = {"", "Examples:",
            "  cairn rollback iris --to 120",
            "  cairn resume iris                           from step 120",
            "  cairn diff iris@150 iris.before-rollback-1@150"})
final class RollbackCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(paramLabel = "RUN", description = "The name of a run, or the path of its folder.")
    private String name;

    @Option(names = "--to", paramLabel = "STEP", order = 0,
            description = "The step to go back to: a number, or best for the best checkpoint.")
    private String to;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private DataPlace data;

    @Mixin
    private BackendOption backend;

    @Mixin
    private Common common;

    RollbackCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = common.screen(host);
        backend.settle(host, screen);
        if (to == null) {
            throw CommandException.usage("--to is missing: the step to go back to, such as cairn rollback " + name + " --to 120");
        }
        StoredRun run = runs.find(name);
        long step;
        boolean isStored;
        try (DirectoryStore store = run.store()) {
            step = run.wanted(store, to, screen);
            isStored = store.steps().contains(step) && store.isSound(step);
        }
        Optional<Path> aside = isStored ? RunReplay.rollback(run.folder(), step, host.clocks()) : replay(screen, run, step);
        String digest;
        try (DirectoryStore store = run.store()) {
            digest = store.header(step).digest();
        }
        screen.say(run.name() + " is at step " + step + ", digest " + digest);
        String again = "cairn resume " + name + runs.option();
        screen.say(aside.isEmpty() ? "nothing was later; go on with: " + again
                : "what came later is the run " + aside.get().getFileName() + "; go on from step " + step + " with: " + again);
        ObjectNode event = Screen.event("rollback").put("run", run.name()).put("step", step).put("digest", digest);
        aside.ifPresent(a -> event.put("aside", a.getFileName().toString()));
        screen.tell(event);
        return ExitCode.OK;
    }

    private Optional<Path> replay(Screen screen, StoredRun run, long step) throws IOException {
        StateResolver reach = new StateResolver(host, screen, data);
        try (RunReplay playback = reach.writing(run, step); StateResolver.Watch watch = reach.watch(run, playback)) {
            return playback.rollbackTo(step, watch);
        }
    }
}
