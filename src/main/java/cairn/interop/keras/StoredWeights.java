package cairn.interop.keras;

import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.TensorFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The weights as Keras 3 stores them: the variables of a layer at {@code PATH/vars/0}, {@code PATH/vars/1} and so on. A layer in a list has
 * its class in its path and the number that it has among those of its class ({@code layers/dense_1}), not its name. So the order of layers
 * of different classes is known only with a model's configuration.
 */
final class StoredWeights {
    private static final String VARIABLES = "/vars";
    private static final String NO_ORDER = "this file does not tell the order of layers of different kinds: the first dense comes before"
            + " the second one, but a batch-norm may stand before or after both";
    private static final String OPTIMIZER = "optimizer";
    private static final String OLDER_LAYERS = "_layer_checkpoint_dependencies";

    private final HdfTree tree;
    private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<FileModule> modules = new ArrayList<>();

    private StoredWeights(HdfTree tree) {
        this.tree = tree;
    }

    /** The weights alone. */
    static TensorFile read(HdfTree tree, String file) throws IOException {
        StoredWeights weights = new StoredWeights(tree);
        Map<String, List<String>> owners = weights.readTensors();
        weights.modulesByKind(owners);
        return KerasFile.file(KerasFile.STORED_WEIGHTS, "", weights.tensors, weights.facts, weights.modules,
                weights.moments(MissingNode.getInstance(), weights.byOptimizer()), Optional.empty(), weights.notes);
    }

    /** The weights in an archive with the model's configuration. */
    static TensorFile read(HdfTree tree, String file, JsonNode metadata, JsonNode config) throws IOException {
        StoredWeights weights = new StoredWeights(tree);
        Map<String, List<String>> owners = weights.readTensors();
        metadata.fields().forEachRemaining(field -> weights.facts.put(field.getKey(), field.getValue().asText()));
        KerasLayer model = KerasLayer.of(config, file);
        Map<String, FileTensor> trained = new LinkedHashMap<>();
        if (model.isModel()) {
            weights.modulesByConfig(model, owners, trained);
        }
        if (weights.modules.isEmpty()) {
            weights.modulesByKind(owners);
            trained = weights.byOptimizer();
        }
        return KerasFile.file(KerasFile.ARCHIVE, metadata.path("keras_version").asText(""), weights.tensors, weights.facts, weights.modules,
                weights.moments(config.path("compile_config").path("optimizer"), trained),
                Optional.of(() -> KerasModel.of(model, file)), weights.notes);
    }

    /** Reads all tensors but the optimizer's; gives the tensors of each layer by its path. */
    private Map<String, List<String>> readTensors() throws IOException {
        Map<String, Map<Long, String>> numbered = new TreeMap<>(StoredWeights::natural);
        int generators = 0;
        for (String path : tree.arrays()) {
            int end = path.lastIndexOf(VARIABLES + "/");
            String number = end < 0 ? "" : path.substring(end + VARIABLES.length() + 1);
            String owner = end < 0 ? path : path.substring(0, end);
            if (path.startsWith(OPTIMIZER + "/")) {
                continue;
            } else if (owner.endsWith("/seed_generator")) {
                generators++;
            } else if (number.matches("\\d{1,9}")) {
                numbered.computeIfAbsent(owner, key -> new TreeMap<>()).put(Long.parseLong(number), path);
            } else {
                numbered.computeIfAbsent(owner, key -> new TreeMap<>()).put(-1L - numbered.get(owner).size(), path);
            }
        }
        Map<String, List<String>> owners = new LinkedHashMap<>();
        for (Map.Entry<String, Map<Long, String>> owner : numbered.entrySet()) {
            owners.put(owner.getKey(), List.copyOf(owner.getValue().values()));
            for (String path : owner.getValue().values()) {
                tensors.put(path, tree.tensor(path));
            }
        }
        if (generators > 0) {
            notes.add("the states of " + generators + " random number generators are left out");
        }
        return owners;
    }

    private void modulesByConfig(KerasLayer model, Map<String, List<String>> owners, Map<String, FileTensor> trained) {
        for (KerasLayer layer : model.leaves().toList()) {
            String older = layer.weights().replace("layers/", OLDER_LAYERS + "/");
            List<String> own = owners.getOrDefault(layer.weights(), owners.getOrDefault(older, List.of()));
            if (own.isEmpty()) {
                continue;
            }
            FileModule module = LayerTensors.of(layer, own, tensors, notes);
            modules.add(module);
            if (layer.isOn("trainable", true)) {
                module.tensors().forEach((role, tensor) -> {
                    if (!role.startsWith("running-")) {
                        trained.put(tensor, tensors.get(tensor));
                    }
                });
            }
        }
    }

    /** Without a configuration: the layers of a kind in the order of their numbers, one kind after the other. */
    private void modulesByKind(Map<String, List<String>> owners) {
        for (Map.Entry<String, List<String>> owner : owners.entrySet()) {
            String path = owner.getKey();
            String name = path.substring(path.lastIndexOf('/') + 1);
            String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
            Kind kind = LayerTensors.kind(name.replaceAll("_\\d+$", ""));
            if (kind == Kind.OTHER && !parent.endsWith("layers") && !parent.endsWith(OLDER_LAYERS)) {
                kind = byShapes(owner.getValue());
                if (kind != Kind.OTHER) {
                    notes.add(path + ": taken to be " + kind.layer() + ", because of its shapes");
                }
            }
            modules.add(LayerTensors.guessed(path, kind, owner.getValue(), tensors, notes));
        }
        modules.sort(Comparator.comparing(FileModule::kind));
        if (modules.stream().map(FileModule::kind).distinct().count() > 1) {
            notes.add(NO_ORDER);
        }
    }

    /** A class of the user's own names its layers as it likes. */
    private Kind byShapes(List<String> own) {
        List<Integer> ranks = own.stream().map(t -> LayerTensors.rank(t, tensors)).toList();
        for (Map.Entry<Kind, List<List<Integer>>> kind : Map.of(
                Kind.DENSE, List.of(List.of(2), List.of(2, 1)), Kind.CONV2D, List.of(List.of(4), List.of(4, 1)),
                Kind.BATCH_NORM, List.of(List.of(1, 1, 1, 1)), Kind.LAYER_NORM, List.of(List.of(1, 1))).entrySet()) {
            if (kind.getValue().contains(ranks)) {
                return kind.getKey();
            }
        }
        return Kind.OTHER;
    }

    private Optional<FileMoments> moments(JsonNode config, Map<String, FileTensor> trained) throws IOException {
        List<FileTensor> variables = optimizerVariables();
        if (variables.isEmpty()) {
            if (tree.groups().contains(OPTIMIZER + "/inner_optimizer")) {
                notes.add("the optimizer scales the loss; its vectors are left out");
            }
            return Optional.empty();
        }
        if (trained.isEmpty()) {
            notes.add("the file does not tell which of the optimizer's vectors belongs to which tensor, so they are left out");
            return Optional.empty();
        }
        return KerasMoments.of(variables, tree.text(OPTIMIZER + VARIABLES, "name").orElse(""), config, trained, notes);
    }

    private List<FileTensor> optimizerVariables() throws IOException {
        Map<Long, String> numbered = new TreeMap<>();
        for (String path : tree.arrays()) {
            if (path.matches(OPTIMIZER + VARIABLES + "/\\d{1,9}")) {
                numbered.put(Long.parseLong(path.substring(path.lastIndexOf('/') + 1)), path);
            }
        }
        List<FileTensor> variables = new ArrayList<>();
        for (String path : numbered.values()) {
            variables.add(tree.tensor(path));
        }
        return variables;
    }

    /**
     * The trained tensors in the order of the optimizer's vectors, if their shapes fit only one order of the layers. Then the modules are
     * in that order too.
     */
    private Map<String, FileTensor> byOptimizer() throws IOException {
        List<FileModule> order = MergedOrder.of(modules, tensors, optimizerVariables());
        Map<String, FileTensor> trained = new LinkedHashMap<>();
        for (FileModule module : order) {
            MergedOrder.trained(module).forEach(tensor -> trained.put(tensor, tensors.get(tensor)));
        }
        if (!order.isEmpty() && !order.equals(modules)) {
            notes.add("the optimizer's vectors tell the order of the layers: their shapes fit one order alone");
            notes.remove(NO_ORDER);
            modules.clear();
            modules.addAll(order);
        }
        return trained;
    }

    /** Texts with numbers in them, by the numbers: 2 before 10, and no number before 1. */
    static int natural(String one, String other) {
        String[] a = one.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)");
        String[] b = other.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)");
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            boolean areNumbers = a[i].matches("\\d{1,18}") && b[i].matches("\\d{1,18}");
            int order = areNumbers ? Long.compare(Long.parseLong(a[i]), Long.parseLong(b[i])) : a[i].compareTo(b[i]);
            if (order != 0) {
                return order;
            }
        }
        return a.length != b.length ? Integer.compare(a.length, b.length) : one.compareTo(other);
    }
}
