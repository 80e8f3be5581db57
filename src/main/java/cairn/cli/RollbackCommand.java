package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.args.RunStep;
import cairn.cli.args.StoredRun;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.replay.RunReplay;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn rollback}. */
@Command(name = "rollback", description = {
    "Takes a run back to one of its steps, saved or not.",
    "Weights, optimizer, best metric and patience are then those of the step, and cairn resume continues from there.",
    "Nothing is lost: the later checkpoints and the journal move into a run of their own, RUN.before-rollback-1."},
        footer = {"", "Examples:",
            "  cairn rollback iris --to 120",
            "  cairn resume iris                           from step 120",
            "  cairn diff iris@150 iris.before-rollback-1@150"})
final class RollbackCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--to", paramLabel = "STEP", order = 0,
            description = "The step to go back to (required): a number, or best for the best checkpoint.")
    private String to;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        if (to == null) {
            throw CommandException.usage("--to is missing: name the step to go back to, such as: "
                    + session.runs().command("rollback", name.replaceFirst("@.*", ""), "--to", name.contains("@")
                    ? name.replaceFirst(".*@", "") : "120"));
        }
        RunStep at = session.runs().find(name).step(to, screen);
        StoredRun run = at.run();
        Optional<Path> aside = isSound(at) ? RunReplay.rollback(run.folder(), at.step(), session.host().clocks(), screen::note)
                : session.replayForChange(run, at.step(), (replay, progress) -> replay.rollbackTo(at.step(), progress));
        String digest;
        try (DirectoryStore store = run.store()) {
            digest = store.header(at.step()).digest();
        }
        screen.print(run.name() + " is at step " + at.step() + ", digest " + digest);
        String again = run.command("resume", run.typed());
        screen.print(aside.isEmpty() ? "there was nothing later; continue with: " + again
                : "the later steps are now the run " + named(run, aside.get()) + "; continue from step " + at.step() + " with: " + again);
        ObjectNode event = at.event("rollback").put("digest", digest);
        if (aside.isPresent()) {
            event.put("aside", named(run, aside.get()));
        }
        screen.emit(event);
        return ExitCode.OK;
    }

    /** How a user names it: if the folder of the run is a link, the new run is beside the folder to which that leads. */
    private static String named(StoredRun run, Path aside) throws IOException {
        Path runs = run.folder().toAbsolutePath().normalize().getParent();
        return Files.isSameFile(aside.getParent(), runs) ? aside.getFileName().toString() : aside.toString();
    }

    private static boolean isSound(RunStep at) throws IOException {
        try (DirectoryStore store = at.run().store()) {
            return at.isStored() && store.isSound(at.step());
        }
    }
}
