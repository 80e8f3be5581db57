package cairn.interop.keras;

import cairn.disk.Disk;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.ModelPart;
import cairn.interop.file.RuleState;
import cairn.nn.Layer;
import cairn.state.ElementType;
import cairn.state.Value;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model as Keras 3 saves it: the whole of it ({@code .keras}), or its weights for the same model that was built in Keras
 * ({@code .weights.h5}). A chain of layers is a Sequential; a model with residual blocks is a functional one. A dense layer on images has a
 * Flatten before it. Keras on PyTorch computes something else at the edge for an average pool with padding same: it averages the edge
 * twice.
 *
 * <p>Laws: the same arguments give the same bytes; what cannot be written is refused before a byte is.
 */
public final class KerasWriter {
    /** The oldest that loads these files. */
    private static final String VERSION = "3.3.0";
    /** No clock is read. */
    private static final String DATE = "1980-02-01@00:00:00";
    private static final List<String> ROLES = List.of("weight", "bias", "gamma", "beta", "running-mean", "running-var");

    private KerasWriter() {
    }

    /** Writes the weights without an optimizer. */
    public static void writeWeights(Layer model, long[] row, Map<String, Value.Tensor> weights, Disk.Output out) throws IOException {
        writeWeights(model, row, weights, Optional.empty(), out);
    }

    /** Writes the whole model without an optimizer. */
    public static void writeModel(Layer model, long[] row, Map<String, Value.Tensor> weights, Disk.Output out) throws IOException {
        writeModel(model, row, weights, Optional.empty(), out);
    }

    /**
     * Writes the weights of {@code model} for rows of the shape {@code row}.
     *
     * @param weights its parameters and buffers by their names, such as {@code 0.conv2d/weight}; all float32, or all float64
     * @param state what its optimizer keeps, if that is written too
     * @throws IllegalArgumentException if a layer or the rule has no form in Keras, or a tensor is missing
     */
    public static void writeWeights(Layer model, long[] row, Map<String, Value.Tensor> weights, Optional<RuleState> state, Disk.Output out)
            throws IOException {
        String dtype = check(model, row, weights);
        List<KerasNode> nodes = KerasNode.ordered(new KerasNodes(dtype).of(model, row));
        freeze(nodes, model, row, state);
        weights(nodes, model, row, weights, state).write(out);
    }

    /** Writes the whole model, as {@link #writeWeights} its weights. */
    public static void writeModel(Layer model, long[] row, Map<String, Value.Tensor> weights, Optional<RuleState> state, Disk.Output out)
            throws IOException {
        String dtype = check(model, row, weights);
        List<KerasNode> nodes = KerasNode.ordered(new KerasNodes(dtype).of(model, row));
        freeze(nodes, model, row, state);
        HdfWriter file = weights(nodes, model, row, weights, state);
        Optional<KerasRule> rule = state.map(KerasRule::of);
        String metadata = JsonNodeFactory.instance.objectNode().put("keras_version", VERSION).put("date_saved", DATE).toString();
        KerasArchive archive = new KerasArchive(out);
        archive.entry(KerasFile.METADATA, KerasArchive.text(metadata));
        archive.entry(KerasFile.CONFIG, KerasArchive.text(isChain(nodes) ? sequential(nodes, dtype, rule) : functional(nodes, rule)));
        archive.entry(KerasFile.WEIGHTS, file::write);
        archive.finish();
    }

    private static boolean isChain(List<KerasNode> nodes) {
        return nodes.stream().allMatch(node -> node.inputs().size() <= 1 && node.isLayer());
    }

    /** Says of each layer that is not trained that it is not. Keras has this of whole layers alone. */
    private static void freeze(List<KerasNode> nodes, Layer model, long[] row, Optional<RuleState> state) {
        Set<String> frozen = state.map(RuleState::frozen).orElse(Set.of());
        Map<String, ModelPart> parts = parts(model, row);
        for (KerasNode node : nodes) {
            if (node.isLayer() && LayerTensors.kind(node.type()) != Kind.OTHER) {
                List<String> own = parts.get(node.part()).layer().parameters(parts.get(node.part()).in()).stream()
                        .map(parameter -> name(node.part(), parameter.name())).toList();
                List<String> still = own.stream().filter(frozen::contains).toList();
                if (!still.isEmpty() && still.size() < own.size()) {
                    throw new IllegalArgumentException(node.part() + ": of its tensors only " + String.join(", ", still)
                            + " is frozen; Keras freezes whole layers");
                } else if (!still.isEmpty()) {
                    node.config().put("trainable", false);
                }
            }
        }
    }

    private static Map<String, ModelPart> parts(Layer model, long[] row) {
        Map<String, ModelPart> parts = new HashMap<>();
        ModelPart.of(model, row).forEach(part -> parts.put(part.name(), part));
        return parts;
    }

    private static HdfWriter weights(List<KerasNode> nodes, Layer model, long[] row, Map<String, Value.Tensor> weights,
            Optional<RuleState> state) {
        Map<String, ModelPart> parts = parts(model, row);
        Set<String> frozen = state.map(RuleState::frozen).orElse(Set.of());
        Optional<KerasRule> rule = state.map(KerasRule::of);
        // Keras before 3.6 wants the model's own group, although it has no variables of its own.
        HdfWriter file = new HdfWriter().group("vars");
        Map<String, Integer> kinds = new HashMap<>();
        List<String> trained = new ArrayList<>();
        for (KerasNode node : nodes) {
            if (!node.isLayer()) {
                continue;
            }
            String kind = KerasLayer.snake(node.type());
            int number = kinds.merge(kind, 1, Integer::sum) - 1;
            String path = "layers/" + kind + (number == 0 ? "" : "_" + number) + "/vars";
            file.text(path, "name", node.name());
            boolean hasTensors = LayerTensors.kind(node.type()) != Kind.OTHER;
            Map<String, long[]> own = hasTensors ? parts.get(node.part()).tensors() : Map.of();
            int variable = 0;
            for (String role : ROLES) {
                if (own.containsKey(role)) {
                    file.array(path + "/" + variable++, weights.get(name(node.part(), role)));
                    if (!role.startsWith("running-") && !frozen.contains(name(node.part(), role))) {
                        trained.add(name(node.part(), role));
                    }
                }
            }
        }
        if (rule.isPresent()) {
            List<Value.Tensor> variables = rule.get().variables(trained);
            file.text("optimizer/vars", "name", KerasLayer.snake(rule.get().config().path("class_name").asText()));
            for (int i = 0; i < variables.size(); i++) {
                file.array("optimizer/vars/" + i, variables.get(i));
            }
        }
        return file;
    }

    private static String name(String part, String role) {
        return part.isEmpty() ? role : part + "/" + role;
    }

    private static String sequential(List<KerasNode> nodes, String dtype, Optional<KerasRule> rule) {
        ObjectNode config = JsonNodeFactory.instance.objectNode().put("name", "model").put("trainable", true).put("dtype", dtype);
        ArrayNode layers = config.putArray("layers");
        nodes.forEach(node -> layers.add(entry(node)));
        config.set("build_input_shape", KerasNodes.batch(nodes.get(0).out()));
        return model("keras", "Sequential", config, rule);
    }

    private static String functional(List<KerasNode> nodes, Optional<KerasRule> rule) {
        ObjectNode config = JsonNodeFactory.instance.objectNode().put("name", "model").put("trainable", true);
        ArrayNode layers = config.putArray("layers");
        for (KerasNode node : nodes) {
            ObjectNode entry = entry(node).put("name", node.name());
            ArrayNode inbound = entry.putArray("inbound_nodes");
            if (!node.inputs().isEmpty()) {
                ObjectNode call = inbound.addObject();
                ArrayNode arguments = call.putArray("args");
                call.putObject("kwargs");
                // An Add takes one list of tensors, everything else a tensor.
                ArrayNode tensors = node.inputs().size() > 1 ? arguments.addArray() : arguments;
                node.inputs().forEach(input -> tensors.add(tensor(input, node.config().path("dtype").asText("float32"))));
            }
            layers.add(entry);
        }
        config.putArray("input_layers").addArray().add(nodes.get(0).name()).add(0).add(0);
        config.putArray("output_layers").addArray().add(nodes.get(nodes.size() - 1).name()).add(0).add(0);
        return model("keras.src.models.functional", "Functional", config, rule);
    }

    private static ObjectNode tensor(KerasNode from, String dtype) {
        ObjectNode tensor = JsonNodeFactory.instance.objectNode().put("class_name", "__keras_tensor__");
        ObjectNode config = tensor.putObject("config");
        config.set("shape", KerasNodes.batch(from.out()));
        config.put("dtype", dtype).putArray("keras_history").add(from.name()).add(0).add(0);
        return tensor;
    }

    private static ObjectNode entry(KerasNode node) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode().put("module", node.module()).put("class_name", node.type());
        entry.set("config", node.config());
        return node.isLayer() ? entry.putNull("registered_name") : entry.put("registered_name", node.type());
    }

    private static String model(String module, String type, ObjectNode config, Optional<KerasRule> rule) {
        ObjectNode model = JsonNodeFactory.instance.objectNode().put("module", module).put("class_name", type);
        model.set("config", config);
        rule.ifPresent(r -> model.putObject("compile_config").set("optimizer", r.config()));
        return model.put("registered_name", type).toPrettyString();
    }

    /** The type of all tensors, which must be there. */
    private static String check(Layer model, long[] row, Map<String, Value.Tensor> weights) {
        model.outputShape(row);
        ElementType type = ElementType.F32;
        boolean isFirst = true;
        for (ModelPart part : ModelPart.of(model, row)) {
            for (Map.Entry<String, long[]> e : part.tensors().entrySet()) {
                String name = name(part.name(), e.getKey());
                Value.Tensor t = weights.get(name);
                if (t == null || !Arrays.equals(t.shape(), e.getValue())) {
                    throw new IllegalArgumentException("the model has a tensor " + name + " of shape " + Arrays.toString(e.getValue())
                            + ", and the weights " + (t == null ? "have none of that name" : "have " + t.describe() + " there"));
                } else if (t.type() != ElementType.F32 && t.type() != ElementType.F64 || !isFirst && t.type() != type) {
                    throw new IllegalArgumentException("expected weights that are all f32, or all f64, found " + name + " of "
                            + t.describe());
                }
                type = t.type();
                isFirst = false;
            }
        }
        return type == ElementType.F64 ? "float64" : "float32";
    }
}
