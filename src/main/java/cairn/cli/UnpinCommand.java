package cairn.cli;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.args.Console;
import cairn.cli.args.RunStep;
import cairn.cli.args.RunsFolder;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn unpin}. */
@Command(name = "unpin", description = "Removes the pin of a checkpoint. The checkpoint stays until a rule deletes it.",
        footer = {"", "Examples:",
            "  cairn unpin iris@360"})
final class UnpinCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN@STEP", description = "A checkpoint: RUN@STEP, RUN@best, or RUN[@latest].")
    private String name;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        RunStep at = runs.resolve(name, screen).requireStored();
        try (DirectoryStore store = at.run().writing()) {
            store.pin(at.step(), false);
            screen.print(at + " is not pinned");
            screen.emit(at.event("unpin").put("pinned", false));
        }
        return ExitCode.OK;
    }
}
