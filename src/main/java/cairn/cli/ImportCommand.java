package cairn.cli;

import cairn.cli.args.Console;
import cairn.cli.args.RecipeName;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.ShellCommand;
import cairn.disk.RealDisk;
import cairn.interop.ProposedLayers;
import cairn.interop.TensorFiles;
import cairn.interop.file.FileModel;
import cairn.interop.file.TensorFile;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Softmax;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeDraft;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn import}. */
@Command(name = "import", description = {"Makes a recipe from a model that another program has saved, with its weights.",
    "Keras (.keras, and .h5 with a model) and ONNX files describe their model. What is unknown here is named, and nothing is guessed.",
    "PyTorch files, safetensors and weights alone describe none: then the layers are listed whose shapes fit, and no recipe is written."},
        footer = {"", "Examples:",
            "  cairn import net.keras net.yaml --like mnist-cnn",
            "  cairn import net.onnx net.yaml --like my-data.yaml",
            "  cairn import net.pt net.yaml         lists the layers that fit",
            "  cairn train net.yaml"})
final class ImportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "The file of another program.")
    private Path file;

    @Parameters(index = "1", paramLabel = "NEW-RECIPE", description = "The recipe to write, a YAML file. A file that exists is never"
            + " replaced.")
    private Path target;

    @Option(names = "--like", paramLabel = "RECIPE", description = "Takes everything but the model from this recipe: the data, the loss, the"
            + " optimizer, and so on. Without it the data is left for you to add.")
    private String like;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString(), null, "it exists, and is not replaced; delete it first, or use another"
                    + " name");
        }
        Optional<Recipe> base = like == null ? Optional.empty() : Optional.of(RecipeName.read(like));
        TensorFiles.Read read = TensorFiles.read(file, new RealDisk());
        if (read.file().model().isEmpty()) {
            list(screen, read.file());
            throw CommandException.refused(file + " describes no model, so no recipe was written. Write one with these layers and with what"
                    + " has no tensors (activations, pooling), and start it with: "
                    + ShellCommand.of(List.of("cairn", "train", target.toString(), "--weights", file.toString())));
        }
        FileModel model = read.file().model().get().read();
        List<String> notes = new ArrayList<>(read.file().notes());
        notes.addAll(model.notes());
        Chosen chosen = chosen(model, base.map(Recipe::loss), notes);
        InitialWeights weights = InitialWeights.of(file).withDigest(read.digest());
        String text = base.isPresent() ? base.get().toBuilder(name()).model(chosen.layers().toArray(Layer[]::new)).weights(weights).build().toYaml()
                : RecipeDraft.text(comments(model), name(), chosen.layers(), chosen.loss(), weights);
        Files.writeString(target, text, StandardOpenOption.CREATE_NEW);
        screen.print("wrote " + target + ": " + chosen.layers().size() + " layers for rows of shape " + Arrays.toString(model.row())
                + ", with the weights of " + file);
        screen.print(RecipeDraft.model(chosen.layers()).strip());
        notes.forEach(screen::note);
        if (base.isEmpty()) {
            screen.note("the recipe has no data yet: add its rows, such as data: {set: mnist, batch-size: 128}");
        } else {
            screen.print("start it with: " + ShellCommand.of(List.of("cairn", "train", target.toString())));
        }
        ObjectNode event = Screen.event("import").put("file", file.toString()).put("recipe", target.toString())
                .put("digest", read.digest()).put("layers", chosen.layers().size());
        notes.forEach(event.putArray("notes")::add);
        screen.emit(event);
        return ExitCode.OK;
    }

    /** The layers to train, and the loss that the last one told. */
    private record Chosen(List<Layer> layers, Optional<Loss> loss) {
    }

    /** The cross-entropies take what comes before a softmax or sigmoid, so one at the end is left to the loss. */
    private static Chosen chosen(FileModel model, Optional<Loss> given, List<String> notes) {
        List<Layer> layers = model.layers();
        Layer last = layers.get(layers.size() - 1);
        Optional<Loss> told = last instanceof Softmax ? Optional.of(SoftmaxCrossEntropy.of())
                : last instanceof Sigmoid ? Optional.of(new SigmoidCrossEntropy()) : Optional.empty();
        boolean isOtherLoss = told.isPresent() && given.isPresent() && given.get().getClass() != told.get().getClass();
        if (isOtherLoss) {
            notes.add("the model ends with " + last.kind() + ", which belongs to the loss " + told.get().getClass().getSimpleName()
                    + ". The recipe has another loss, so the " + last.kind() + " stays in the model. If that is not meant, set the loss");
        }
        if (told.isEmpty() || isOtherLoss) {
            return new Chosen(layers, Optional.empty());
        }
        notes.add("the " + last.kind() + " at the end is left to the loss, which computes it: predictions are the same");
        return new Chosen(layers.subList(0, layers.size() - 1), told);
    }

    private List<String> comments(FileModel model) {
        return List.of("The model of " + file.getFileName() + ", with its weights. Rows have the shape " + Arrays.toString(model.row()) + ".",
                "Add the data: the next line is an example.");
    }

    private String name() {
        return target.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    }

    private static void list(Screen screen, TensorFile file) {
        Columns table = new Columns("in the file", "tensors", "layer that fits");
        ProposedLayers.of(file).forEach(p -> table.add(p.module(), p.tensors(), p.layer().isEmpty() ? "none is known" : p.layer()));
        screen.print(table.toString());
    }
}
