package cairn.cli;

import cairn.checkpoint.format.Checkpoint;
import cairn.cli.args.CheckpointName;
import cairn.cli.args.Common;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.StateResolver;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.interop.WeightsExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn export}. */
@Command(name = "export", description = {
    "Writes the weights of a checkpoint, and nothing else of it, for other programs: .safetensors, or .npz for NumPy.",
    "Tensors have their paths without model/ as names. A file that exists is never replaced."},
        footer = {"", "Examples:",
            "  cairn export mnist-mlp@best mnist.safetensors",
            "  cairn export mnist-mlp@1200 mnist.npz",
            "",
            "In Python:  safetensors.numpy.load_file(\"mnist.safetensors\")  or  numpy.load(\"mnist.npz\")"})
final class ExportCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(index = "0", paramLabel = "RUN@STEP", description = "A checkpoint: RUN@STEP, RUN@best, or RUN[@latest].")
    private String name;

    @Parameters(index = "1", paramLabel = "FILE", description = "What to write; its ending, .safetensors or .npz, says how.")
    private Path file;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private DataPlace data;

    @Mixin
    private Common common;

    ExportCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = common.screen(host);
        CheckpointName at = CheckpointName.of(name);
        StoredRun run = runs.find(at.run());
        WeightsExport.requireForm(file);
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage("cannot export to " + file + ": there is no folder " + folder);
        }
        Checkpoint checkpoint = new StateResolver(host, screen, data).read(run, at.which());
        int tensors = WeightsExport.write(checkpoint, file, new RealDisk());
        screen.say("exported the weights of " + run.name() + "@" + checkpoint.step() + " to " + file + ": "
                + Format.count(tensors, "tensor") + ", " + Format.size(Files.size(file)));
        screen.tell(Screen.event("export").put("run", run.name()).put("step", checkpoint.step()).put("digest", checkpoint.state().digest())
                .put("file", file.toString()).put("tensors", tensors).put("bytes", Files.size(file)));
        return ExitCode.OK;
    }
}
