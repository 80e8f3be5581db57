package cairn.transfer;

import static java.util.stream.Collectors.toSet;

import cairn.checkpoint.format.Checkpoint;
import cairn.disk.Disk;
import cairn.interop.FileFormat;
import cairn.interop.WeightsExport;
import cairn.interop.file.RuleState;
import cairn.interop.keras.KerasWriter;
import cairn.interop.onnx.OnnxOptions.Probabilities;
import cairn.interop.onnx.OnnxOptions.Scaling;
import cairn.interop.onnx.OnnxOptions;
import cairn.interop.onnx.OnnxWriter;
import cairn.interop.torch.TorchCode;
import cairn.interop.torch.TorchNames;
import cairn.interop.torch.TorchWriter;
import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.recipe.ComponentRegistry;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A training in the file of another program: its weights, its model, and on request what its optimizer keeps. */
public final class FileExport {

    /**
     * What is written, beside the weights.
     *
     * @param which weights
     * @param withOptimizer whether what the optimizer keeps is written too
     * @param scaling of the data, as the first operations of the model
     * @param targets of the targets, as the last ones
     * @param withProbabilities whether the model gives the probabilities of the loss instead of its logits
     */
    public record Choice(FileFormat format, WeightsExport.Which which, boolean withOptimizer, Optional<Scaling> scaling,
            Optional<Scaling> targets, boolean withProbabilities) {
    }

    private FileExport() {
    }

    /**
     * Writes a file that does not exist.
     *
     * @param row the shape of a row of the data
     * @param more what the file says beside the facts of the state, by name, where the format has a place for it
     * @throws RecipeException if the format cannot say what is chosen
     */
    public static WeightsExport.Written write(Recipe recipe, long[] row, Checkpoint checkpoint, Map<String, String> more, Choice choice, Path file,
            Disk disk) throws IOException {
        requirePossible(recipe, choice);
        if (!choice.format().needsModel()) {
            return WeightsExport.write(checkpoint, choice.which(), more, choice.format(), file, disk);
        }
        Layer model = recipe.network();
        // Who goes on needs the weights that are trained, not their averages.
        WeightsExport.Which which = choice.withOptimizer() ? WeightsExport.Which.RAW : choice.which();
        WeightsExport.Weights weights = WeightsExport.Weights.of(checkpoint, which);
        Optional<RuleState> rule = choice.withOptimizer() ? Optional.of(ruleState(recipe, row, checkpoint.state())) : Optional.empty();
        Map<String, String> metadata = WeightsExport.metadata(checkpoint, which);
        metadata.putAll(more);
        switch (choice.format()) {
            case ONNX -> {
                OnnxOptions options = new OnnxOptions(choice.scaling(), choice.targets(), probabilities(recipe, choice), metadata);
                WeightsExport.create(file, disk, out -> OnnxWriter.write(model, row, weights.tensors(), options, out));
            }
            case PYTORCH -> {
                return toTorch(model, row, weights, rule, checkpoint, metadata, file, disk);
            }
            case PYTORCH_SAFETENSORS -> {
                metadata.put("format", "pt");
                Map<String, Value.Tensor> tensors = TorchNames.of(model, row, weights.tensors(), checkpoint.step());
                WeightsExport.create(file, disk, out -> WeightsExport.safetensors(metadata, WeightsExport.byWidth(tensors), out));
                return new WeightsExport.Written(tensors.size(), weights.areAveraged(), metadata, "import safetensors.torch\n" + TorchCode.of(model, row)
                        + "\nmodel.load_state_dict(safetensors.torch.load_file(" + quoted(file) + "))\nmodel.eval()\n");
            }
            case KERAS -> WeightsExport.create(file, disk, out -> KerasWriter.writeModel(model, row, weights.tensors(), rule, out));
            case KERAS_WEIGHTS -> WeightsExport.create(file, disk, out -> KerasWriter.writeWeights(model, row, weights.tensors(), rule, out));
            default -> throw new IllegalStateException(choice.format() + " needs no model");
        }
        return new WeightsExport.Written(weights.tensors().size(), weights.areAveraged(), metadata, opening(choice.format(), quoted(file)));
    }

    /** Python code that opens a whole model, or puts weights into one. */
    private static String opening(FileFormat format, String name) {
        return switch (format) {
            case KERAS -> "import keras\n\nmodel = keras.saving.load_model(" + name + ")\noutputs = model.predict(rows)\n";
            case KERAS_WEIGHTS -> "model.load_weights(" + name + ")  # of a model with the same layers, as a whole export has it\n";
            case ONNX -> "import onnxruntime\n\nsession = onnxruntime.InferenceSession(" + name + ")\n"
                    + "outputs = session.run(None, {\"input\": rows})[0]\n";
            default -> "";
        };
    }

    private static WeightsExport.Written toTorch(Layer model, long[] row, WeightsExport.Weights weights, Optional<RuleState> rule,
            Checkpoint checkpoint, Map<String, String> metadata, Path file, Disk disk) throws IOException {
        String name = quoted(file);
        String code = TorchCode.of(model, row);
        if (rule.isEmpty()) {
            WeightsExport.create(file, disk, out -> TorchWriter.write(model, row, weights.tensors(), checkpoint.step(), out));
            code += "\nmodel.load_state_dict(torch.load(" + name + ", weights_only=True))\nmodel.eval()\n";
        } else {
            Map<String, Value.Scalar> more = Map.of("digest", new Value.Text(checkpoint.state().digest()));
            WeightsExport.create(file, disk, out -> TorchWriter.write(model, row, weights.tensors(), checkpoint.step(), rule.get(), more, out));
            code += TorchCode.of(model, row, rule.get()) + "\nsaved = torch.load(" + name + ")\n"
                    + "model.load_state_dict(saved[\"model_state_dict\"])\n"
                    + "optimizer.load_state_dict(saved[\"optimizer_state_dict\"])\n";
        }
        return new WeightsExport.Written(weights.tensors().size(), weights.areAveraged(), metadata, code);
    }

    /** What the rule keeps for each trained tensor, and its settings. */
    private static RuleState ruleState(Recipe recipe, long[] row, State state) {
        Map<String, Map<String, Value.Tensor>> vectors = new LinkedHashMap<>();
        Map<String, Long> updates = new LinkedHashMap<>();
        state.select("optimizer").entries().forEach((path, value) -> {
            String parameter = path.substring(StateFilter.parameterStart(path));
            if (value instanceof Value.Tensor tensor) {
                vectors.computeIfAbsent(path.split("/")[1], slot -> new LinkedHashMap<>()).put(parameter, tensor);
            } else if (value instanceof Value.Int age) {
                updates.put(parameter, age.value());
            }
        });
        Layer model = recipe.network();
        Set<String> frozen = model.parameters(row).stream().map(Parameter::name).filter(recipe.frozen()::has).collect(toSet());
        ComponentRegistry components = ComponentRegistry.all();
        return new RuleState(components.nameOf(recipe.optimizer()), components.numbersOf(recipe.optimizer()), vectors, updates,
                frozen);
    }

    private static String quoted(Path file) {
        return "\"" + file.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static void requirePossible(Recipe recipe, Choice choice) {
        if (choice.withOptimizer() && !choice.format().hasOptimizer()) {
            throw new IllegalArgumentException("only a file of PyTorch or Keras can have the optimizer too, not " + choice.format().label());
        } else if ((choice.scaling().isPresent() || choice.withProbabilities()) && choice.format() != FileFormat.ONNX) {
            throw new IllegalArgumentException("only an ONNX file can have the normalization and the probabilities in it, not "
                    + choice.format().label() + ": normalize the rows there");
        } else if (choice.withProbabilities() && probabilities(recipe, choice) == Probabilities.NONE) {
            throw RecipeException.of(recipe.name(), "loss", "it makes no probabilities of the outputs");
        }
    }

    private static Probabilities probabilities(Recipe recipe, Choice choice) {
        return !choice.withProbabilities() ? Probabilities.NONE
                : recipe.loss() instanceof SoftmaxCrossEntropy ? Probabilities.SOFTMAX
                : recipe.loss() instanceof SigmoidCrossEntropy ? Probabilities.SIGMOID : Probabilities.NONE;
    }
}
