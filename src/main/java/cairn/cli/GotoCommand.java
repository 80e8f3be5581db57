package cairn.cli;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.cli.args.RunStep;
import cairn.cli.args.StoredRun;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.words.ByteSize;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn goto}. */
@Command(name = "goto", description = {
    "Saves a checkpoint of any step that a run has trained.",
    "The nearest checkpoint before the step is restored, and the steps after it are trained again.",
    "Nothing else changes: the run continues from its newest checkpoint, as before. To go back for good, use cairn rollback.",
    "Other commands need no checkpoint to look at a step: cairn evaluate RUN@1234."},
        footer = {"", "Examples:",
            "  cairn goto iris 100                  then: cairn show iris@100",
            "  cairn goto mnist-mlp 1234 --json"})
final class GotoCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Parameters(index = "1", paramLabel = "STEP", description = "The number of the step: the updates since the beginning of the run.")
    private String which;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        RunStep at = session.runs().find(name).step(which, screen);
        CheckpointInfo info = session.keep(at);
        screen.print(at + " is a checkpoint now: " + ByteSize.text(info.bytes()) + ", digest " + info.digest());
        screen.emit(JsonFields.of(at.run().name(), info));
        return ExitCode.OK;
    }
}
