package cairn.cli;

import cairn.checkpoint.format.Checkpoint;
import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.interop.WeightsExport;
import cairn.words.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn export}. */
@Command(name = "export", description = {
    "Writes the weights of a checkpoint for other programs, as safetensors, or as npz for NumPy.",
    "The name of a tensor is its path without model/. A file that exists is never replaced."},
        footer = {"", "Examples:",
            "  cairn export mnist-mlp@best mnist.safetensors",
            "  cairn export mnist-mlp@1200 mnist.npz",
            "",
            "In Python:",
            "  safetensors.numpy.load_file(\"mnist.safetensors\")",
            "  numpy.load(\"mnist.npz\")"})
final class ExportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String name;

    @Parameters(index = "1", paramLabel = "FILE", description = "The file to write. Its ending, .safetensors or .npz, is its format.")
    private Path file;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        WeightsExport.requireForm(file);
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage("cannot export to " + file + ": there is no folder " + folder);
        }
        Session.Found found = session.readProven(name);
        RunStep at = found.at();
        Checkpoint checkpoint = found.checkpoint();
        int tensors = WeightsExport.write(checkpoint, file, new RealDisk());
        screen.print("exported the weights of " + at + " to " + file + ": "
                + Format.count(tensors, "tensor") + ", " + ByteSize.text(Files.size(file)));
        screen.emit(at.event("export").put("digest", checkpoint.state().digest())
                .put("file", file.toString()).put("tensors", tensors).put("bytes", Files.size(file)));
        return ExitCode.OK;
    }
}
