package cairn.interop.keras;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The older HDF5 files of Keras: a group for each layer under the layer's name, in it arrays under the names of its tensors, and the order
 * of both in the attributes {@code layer_names} and {@code weight_names}. In a whole model the layers are in {@code model_weights}.
 * A model within the model is one layer with all its tensors.
 */
final class LegacyWeights {
    private static final String WHOLE = "model_weights";
    private static final String LAYERS = "layer_names";
    private static final String NAMES = "weight_names";
    private static final String OPTIMIZER = "optimizer_weights";

    private final HdfTree tree;
    private final String file;
    private final String root;
    private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
    private final Map<String, FileTensor> trained = new LinkedHashMap<>();
    private final List<FileModule> modules = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private LegacyWeights(HdfTree tree, String file) {
        this.tree = tree;
        this.file = file;
        this.root = tree.groups().contains(WHOLE) ? WHOLE : "";
    }

    static boolean are(HdfTree tree) throws IOException {
        return tree.groups().contains(WHOLE) || tree.has("", LAYERS) || tree.has("", LAYERS + "0");
    }

    static TensorFile read(HdfTree tree, String file) throws IOException {
        return new LegacyWeights(tree, file).read();
    }

    private TensorFile read() throws IOException {
        JsonNode config = json("model_config");
        Optional<KerasLayer> model = config.isMissingNode() ? Optional.empty() : Optional.of(KerasLayer.of(config, file));
        Map<String, KerasLayer> known = new HashMap<>();
        model.ifPresent(m -> m.leaves().forEach(layer -> known.put(layer.path(), layer)));
        for (String layer : tree.list(root, LAYERS)) {
            read(layer, known);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        String version = fact("keras_version", facts);
        fact("backend", facts);
        return KerasFile.file(root.isEmpty() ? "Keras weights (older HDF5)" : "Keras model (older HDF5)", version, tensors, facts, modules,
                moments(), model.map(m -> () -> KerasModel.of(m, file)), notes);
    }

    private String fact(String name, Map<String, String> facts) throws IOException {
        Optional<String> text = tree.text(root, name);
        text.ifPresent(t -> facts.put(name, t));
        return text.orElse("");
    }

    private JsonNode json(String name) throws IOException {
        Optional<String> text = tree.text("", name);
        return text.isEmpty() ? MissingNode.getInstance() : KerasLayer.json(text.get(), file, name);
    }

    /** A layer's tensors. Their names begin with the layer that they belong to, which may be one within this one. */
    private void read(String layer, Map<String, KerasLayer> known) throws IOException {
        String group = root.isEmpty() ? layer : root + "/" + layer;
        Map<String, List<String>> parts = new LinkedHashMap<>();
        for (String name : tree.list(group, NAMES)) {
            if (!tree.arrays().contains(group + "/" + name)) {
                throw new ForeignFileException(file, group, "has no array " + name + ", although its list of weights names it");
            }
            tensors.put(layer + "/" + name, tree.tensor(group + "/" + name));
            parts.computeIfAbsent(name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "", key -> new ArrayList<>()).add(name);
        }
        boolean isNested = parts.size() > 1 || known.keySet().stream().anyMatch(path -> path.startsWith(layer + "/"));
        for (Map.Entry<String, List<String>> part : parts.entrySet()) {
            String own = part.getKey().substring(part.getKey().lastIndexOf('/') + 1);
            String path = isNested ? inner(layer, part.getKey(), known).orElse(layer + "/" + own) : layer;
            KerasLayer settings = known.get(path);
            List<String> names = part.getValue().stream().map(n -> n.substring(n.lastIndexOf('/') + 1)).toList();
            FileModule module = LayerTensors.named(path, settings == null ? "" : settings.type(), names,
                    part.getValue().stream().map(name -> layer + "/" + name).toList(), tensors);
            modules.add(module);
            if (settings == null || settings.isOn("trainable", true)) {
                module.tensors().forEach((role, tensor) -> {
                    if (!role.startsWith("running-")) {
                        trained.put(tensor, tensors.get(tensor));
                    }
                });
            }
        }
    }

    /** The layer within {@code layer} that has the name before its tensors' names. */
    private static Optional<String> inner(String layer, String prefix, Map<String, KerasLayer> known) {
        String own = prefix.substring(prefix.lastIndexOf('/') + 1);
        List<String> fitting = known.keySet().stream().filter(path -> path.startsWith(layer + "/") && path.endsWith("/" + own)).toList();
        return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }

    private Optional<FileMoments> moments() throws IOException {
        List<String> names = tree.list(OPTIMIZER, NAMES);
        if (names.isEmpty()) {
            return Optional.empty();
        } else if (names.get(0).endsWith(":0")) {
            notes.add("the optimizer is one of Keras 2, whose vectors are left out");
            return Optional.empty();
        }
        List<FileTensor> variables = new ArrayList<>();
        for (String name : names) {
            if (!tree.arrays().contains(OPTIMIZER + "/" + name)) {
                throw new ForeignFileException(file, OPTIMIZER, "has no array " + name + ", although its list of weights names it");
            }
            variables.add(tree.tensor(OPTIMIZER + "/" + name));
        }
        return KerasMoments.of(variables, names.get(0).replaceAll("/.*", ""), json("training_config").path("optimizer_config"),
                trained, notes);
    }
}
