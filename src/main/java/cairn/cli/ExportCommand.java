package cairn.cli;

import cairn.checkpoint.format.Checkpoint;
import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.interop.WeightsExport;
import cairn.train.StateConstants;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn export}. */
@Command(name = "export", description = {
    "Writes the weights of a checkpoint for other programs, as safetensors, or as npz for NumPy.",
    "They are the weights that predict uses: the averaged ones if the recipe averages them. The name of a tensor is its path without model/.",
    "The metadata has what a prediction needs too: the recipe, the shape of a row, the normalization, and the names of classes, targets and"
        + " columns that the state has. A file that exists is never replaced."},
        footer = {"", "Examples:",
            "  cairn export mnist-mlp@best mnist.safetensors",
            "  cairn export mnist-mlp@1200 mnist.npz",
            "  cairn export mnist-mlp@1200 raw.npz --raw",
            "",
            "In Python:",
            "  safetensors.numpy.load_file(\"mnist.safetensors\")",
            "  numpy.load(\"mnist.npz\")",
            "  json.loads(str(numpy.load(\"mnist.npz\")[\"__metadata__\"]))"})
final class ExportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String name;

    @Parameters(index = "1", paramLabel = "FILE", description = "The file to write. Its ending, .safetensors or .npz, is its format.")
    private Path file;

    @Option(names = "--raw", description = "Writes the weights that training goes on with, also if the recipe averages them.")
    private boolean raw;

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
        WeightsExport.Written written = WeightsExport.write(checkpoint, raw ? WeightsExport.Which.RAW : WeightsExport.Which.PREDICTING,
                Map.of("recipe", at.run().recipeText()), file, new RealDisk());
        screen.print("exported the " + (written.areAveraged() ? "averaged " : "") + "weights of " + at + " to " + file + ": "
                + Format.count(written.tensors(), "tensor") + ", " + ByteSize.text(Files.size(file)));
        screen.print("its metadata has " + String.join(", ", written.metadata().keySet()));
        if (!written.metadata().containsKey(StateConstants.DATA_COLUMNS)) {
            screen.print("the names of the columns are not in it, because the state does not have them");
        }
        ObjectNode event = at.event("export").put("digest", checkpoint.state().digest())
                .put("file", file.toString()).put("tensors", written.tensors()).put("bytes", Files.size(file))
                .put("weights", written.metadata().get("weights"));
        written.metadata().keySet().forEach(event.putArray("metadata")::add);
        screen.emit(event);
        return ExitCode.OK;
    }
}
