package cairn.cli;

import cairn.checkpoint.format.Checkpoint;
import cairn.cli.args.RunStep;
import cairn.cli.look.TensorBoardExport;
import cairn.cli.report.Format;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.Normalization;
import cairn.disk.RealDisk;
import cairn.interop.FileFormat;
import cairn.interop.WeightsExport;
import cairn.interop.file.ModelPart;
import cairn.interop.onnx.OnnxOptions.Scaling;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.Padding;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.train.StateConstants;
import cairn.transfer.FileExport;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn export}. */
@Command(name = "export", description = {
    "Writes the weights of a checkpoint, or the whole model, for other programs: PyTorch, Keras, ONNX, safetensors, NumPy.",
    "They are the weights that predict uses: the averaged ones if the recipe averages them. Names and orders of numbers are those of the"
        + " other program; in safetensors and npz files they are those of Cairn.",
    "With --tensorboard it writes no weights, but the numbers of whole runs, for TensorBoard.",
    "safetensors, npz and ONNX files also say what a prediction needs: the recipe, the shape of a row, the normalization, and the names of"
        + " classes, targets and columns that the state has. A file that exists is never replaced."},
        footer = {"", "Examples:",
            "  cairn export mnist-mlp@best mnist.safetensors",
            "  cairn export mnist-mlp@1200 mnist.pt",
            "  cairn export mnist-mlp@1200 run.pt --optimizer",
            "  cairn export mnist-cnn@best mnist.keras",
            "  cairn export mnist-cnn@best mnist.onnx --normalize --probabilities",
            "  cairn export mnist-mlp@1200 raw.npz --raw",
            "  cairn export iris slower --tensorboard boards      look at them with: tensorboard --logdir boards",
            "",
            "In Python:",
            "  safetensors.numpy.load_file(\"mnist.safetensors\")",
            "  model.load_state_dict(torch.load(\"mnist.pt\", weights_only=True))",
            "  keras.saving.load_model(\"mnist.keras\")",
            "  onnxruntime.InferenceSession(\"mnist.onnx\").run(None, {\"input\": rows})",
            "  json.loads(str(numpy.load(\"mnist.npz\")[\"__metadata__\"]))"})
final class ExportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "The file to write. Its ending is its format: safetensors, npz,"
            + " pt, keras, weights.h5 or onnx. With --tensorboard: another run.")
    private Path file;

    @Parameters(index = "2..*", paramLabel = "RUN", description = "With --tensorboard: more runs.")
    private List<String> more = List.of();

    @Option(names = "--tensorboard", paramLabel = "FOLDER", order = 1, description = "Writes what runs have recorded for TensorBoard, each run in"
            + " FOLDER/RUN: all series, and of each saved step the histograms and the pictures of the weights. An earlier export is replaced;"
            + " the same run gives the same bytes.")
    private Path tensorboard;

    @Option(names = "--format", paramLabel = "FORMAT", description = "The format, whatever the name of the file says: safetensors, npz, pytorch,"
            + " pytorch-safetensors (with PyTorch's names), keras, keras-weights, onnx.")
    private String format;

    @Option(names = "--optimizer", description = "Writes what the optimizer keeps too, to go on in PyTorch or Keras.")
    private boolean withOptimizer;

    @Option(names = "--normalize", description = "Puts the normalization of the data in front of the model, so that it takes raw rows (ONNX).")
    private boolean normalize;

    @Option(names = "--probabilities", description = "Puts the softmax or sigmoid of the loss behind the model (ONNX).")
    private boolean withProbabilities;

    @Option(names = "--raw", description = "Writes the weights that training goes on with, also if the recipe averages them.")
    private boolean raw;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        if (tensorboard != null) {
            return TensorBoardExport.write(Stream.of(List.of(name), file == null ? List.<String>of() : List.of(file.toString()), more)
                    .flatMap(List::stream).toList(), tensorboard, session);
        } else if (file == null || !more.isEmpty()) {
            throw CommandException.usage(file == null ? "export writes a step into a file: RUN@STEP FILE, or with --tensorboard runs into a folder"
                    : "export writes one step into one file: RUN@STEP FILE; found " + more.get(0) + " behind them");
        }
        FileFormat chosen = format == null ? FileFormat.of(file) : FileFormat.named(format);
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage("cannot export to " + file + ": there is no folder " + folder);
        }
        if (withOptimizer && !chosen.hasOptimizer() || (normalize || withProbabilities) && chosen != FileFormat.ONNX) {
            throw CommandException.usage("--optimizer is for PyTorch and Keras, --normalize and --probabilities are for ONNX; this would be "
                    + chosen.label());
        }
        Session.Found found = session.readProven(name);
        RunStep at = found.at();
        Checkpoint checkpoint = found.checkpoint();
        WeightsExport.Written written = write(chosen, at, checkpoint);
        screen.print("exported the " + (written.areAveraged() ? "averaged " : "") + "weights of " + at + " to " + file + ": "
                + Format.count(written.tensors(), "tensor") + ", " + ByteSize.text(Files.size(file)));
        if (chosen.hasMetadata()) {
            screen.print("its metadata has " + String.join(", ", written.metadata().keySet()));
            if (!written.metadata().containsKey(StateConstants.DATA_COLUMNS)) {
                screen.print("the names of the columns are not in it, because the state does not have them");
            }
        }
        ObjectNode event = at.event("export").put("digest", checkpoint.state().digest()).put("format", chosen.label())
                .put("file", file.toString()).put("tensors", written.tensors()).put("bytes", Files.size(file))
                .put("weights", written.areAveraged() ? "averaged" : "raw");
        if (chosen.hasMetadata()) {
            written.metadata().keySet().forEach(event.putArray("metadata")::add);
        }
        if (!written.code().isEmpty()) {
            screen.print("\nIn Python:\n\n" + written.code().strip());
            event.put("code", written.code());
        }
        notes(chosen, at, checkpoint.state()).forEach(screen::note);
        screen.emit(event);
        return ExitCode.OK;
    }

    /** What other programs do with such a file otherwise than Cairn. */
    private static List<String> notes(FileFormat chosen, RunStep at, State state) throws IOException {
        if (!chosen.needsModel()) {
            return List.of();
        }
        List<String> notes = new ArrayList<>();
        Recipe recipe = at.run().recipe();
        if (chosen == FileFormat.ONNX && recipe.dtype() == Recipe.Precision.FLOAT64) {
            notes.add("ONNX Runtime has no float64 form of convolutions and some other operators, and refuses such a model; train in float32 for it");
        }
        boolean averages = ModelPart.of(recipe.network(), StateConstants.shape(state)).stream()
                .anyMatch(p -> p.layer() instanceof AveragePool2d pool && pool.padding() == Padding.SAME);
        if ((chosen == FileFormat.KERAS || chosen == FileFormat.KERAS_WEIGHTS) && averages) {
            notes.add("average-pool2d with padding same: Keras on PyTorch averages the edge of an image twice; Keras on TensorFlow does not");
        }
        return notes;
    }

    private WeightsExport.Written write(FileFormat chosen, RunStep at, Checkpoint checkpoint) throws IOException {
        WeightsExport.Which which = raw ? WeightsExport.Which.RAW : WeightsExport.Which.PREDICTING;
        Map<String, String> more = Map.of("recipe", at.run().recipeText());
        if (!chosen.needsModel()) {
            return WeightsExport.write(checkpoint, which, more, chosen, file, new RealDisk());
        }
        State state = checkpoint.state();
        Recipe recipe = at.run().recipe();
        FileExport.Choice choice = new FileExport.Choice(chosen, which, withOptimizer,
                normalize ? scaling(StateConstants.normalization(state)) : Optional.empty(),
                normalize ? StateConstants.targets(state).flatMap(ExportCommand::scaling) : Optional.empty(), withProbabilities);
        return FileExport.write(recipe, StateConstants.shape(state), checkpoint, more, choice, file, new RealDisk());
    }

    private static Optional<Scaling> scaling(Normalization n) {
        return switch (n.kind()) {
            case NONE -> Optional.empty();
            case SCALE -> Optional.of(new Scaling(new double[] {0}, new double[] {Normalization.LARGEST_BYTE}));
            case STANDARDIZE -> Optional.of(new Scaling(n.mean(), n.std()));
        };
    }
}
