package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.args.RunStep;
import cairn.cli.session.Session;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn pin}. */
@Command(name = "pin", description = {
    "Pins a checkpoint: no rule deletes it until cairn unpin removes the pin.",
    "A step that was not saved is saved first, as by cairn goto. A damaged checkpoint is refused."},
        footer = {"", "Examples:",
            "  cairn pin iris@360",
            "  cairn pin iris@best",
            "  cairn pin iris@100                   saved or not"})
final class PinCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String name;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        RunStep at = session.resolve(name);
        if (!at.isStored()) {
            session.keep(at);
        }
        try (DirectoryStore store = at.run().writing()) {
            // A checkpoint that cannot be read is not worth keeping, and the user should know now.
            store.check(at.step());
            store.pin(at.step(), true);
            screen.print(at + " is pinned; remove the pin with: " + at.run().command("unpin", at.typed()));
            screen.emit(at.event("pin").put("pinned", true));
        }
        return ExitCode.OK;
    }
}
