package cairn.interop.tensorflow;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.PrefixModules;
import cairn.interop.file.TensorOrder;
import cairn.interop.tensorflow.ObjectGraph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers and the optimizer that the graph of objects tells. A layer is an object that has variables by name, such as {@code kernel};
 * objects that only number them are lists. A variable gets the name of the path through its layer, because the key in the file may be one
 * through the optimizer, such as {@code optimizer/_trainable_variables/0}.
 */
final class GraphModules {
    private static final String SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE";

    private final ObjectGraph graph;
    private final Map<String, FileTensor> byKey;
    /** The names of variables, by their objects. */
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
    private final List<FileModule> modules = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private GraphModules(ObjectGraph graph, Map<String, FileTensor> byKey) {
        this.graph = graph;
        this.byKey = byKey;
    }

    static GraphModules of(ObjectGraph graph, Map<String, FileTensor> byKey) {
        GraphModules modules = new GraphModules(graph, byKey);
        modules.findModules();
        modules.findOthers();
        return modules;
    }

    /** The key without what TensorFlow adds to every one. */
    static String bare(String key) {
        return key.endsWith(SUFFIX) ? key.substring(0, key.length() - SUFFIX.length()) : key;
    }

    Map<String, FileTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    List<FileModule> modules() {
        return modules;
    }

    List<String> notes() {
        return notes;
    }

    private void findModules() {
        graph.paths().forEach((number, path) -> {
            Map<String, String> roles = new LinkedHashMap<>();
            graph.nodes().get(number).children().forEach((role, child) -> {
                Optional<String> key = graph.nodes().get(child).key().filter(byKey::containsKey);
                if (key.isPresent() && !names.containsKey(child) && !isNumber(role)) {
                    String name = path.isEmpty() ? role : path + "/" + role;
                    if (tensors.putIfAbsent(name, byKey.get(key.get())) == null) {
                        names.put(child, name);
                        roles.put(role, name);
                    }
                }
            });
            if (!roles.isEmpty()) {
                modules.add(PrefixModules.module(path, roles, tensors, TensorOrder.CHANNELS_LAST));
            }
        });
    }

    /** Variables that no layer has: of optimizers, and in lists. */
    private void findOthers() {
        Map<String, Integer> keys = new HashMap<>();
        names.keySet().forEach(number -> keys.put(graph.nodes().get(number).key().orElseThrow(), number));
        Map<String, FileTensor> others = new LinkedHashMap<>(byKey);
        others.keySet().removeAll(keys.keySet());
        Map<String, String> named = new HashMap<>();
        PrefixModules.sorted(others).forEach((key, tensor) -> {
            String name = tensors.containsKey(bare(key)) ? key : bare(key);
            if (tensors.putIfAbsent(name, tensor) == null) {
                named.put(key, name);
            }
        });
        for (int i = 0; i < graph.nodes().size(); i++) {
            Optional<String> name = graph.nodes().get(i).key().map(named::get);
            if (name.isPresent()) {
                names.putIfAbsent(i, name.get());
            }
        }
    }

    private static boolean isNumber(String role) {
        return !role.isEmpty() && role.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** What the first optimizer keeps, if it is Adam of Keras: in lists, or as slots. */
    Optional<FileMoments> moments() {
        for (Node optimizer : graph.nodes()) {
            Map<String, FileMoments.Vectors> byTensor = new LinkedHashMap<>();
            long updates = number(optimizer, "_iterations").or(() -> number(optimizer, "iter")).map(Double::longValue).orElse(-1L);
            if (updates >= 0 && optimizer.children().containsKey("_momentums") && optimizer.children().containsKey("_velocities")
                    && !optimizer.children().containsKey("_u_product") && !optimizer.children().containsKey("_velocity_hats")) {
                Map<String, Integer> trained = list(optimizer, "_trainable_variables");
                trained.forEach((i, variable) -> add(byTensor, variable, updates, new LinkedHashMap<>(Map.of(
                        "m", list(optimizer, "_momentums").getOrDefault(i, -1), "v", list(optimizer, "_velocities").getOrDefault(i, -1)))));
            } else if (updates >= 0) {
                Map<Integer, Map<String, Integer>> slots = new LinkedHashMap<>();
                optimizer.slots().forEach(s -> slots.computeIfAbsent(s.variable(), n -> new LinkedHashMap<>()).put(s.name(), s.vector()));
                slots.forEach((variable, vectors) -> {
                    if (vectors.size() == 2) {
                        add(byTensor, variable, updates, vectors);
                    }
                });
            }
            if (!byTensor.isEmpty()) {
                Map<String, Double> settings = new LinkedHashMap<>();
                number(optimizer, "beta_1").ifPresent(b -> settings.put("beta1", b));
                number(optimizer, "beta_2").ifPresent(b -> settings.put("beta2", b));
                return Optional.of(new FileMoments("Adam or AdamW", List.of("adam", "adam-w"), settings, byTensor, List.of(
                        "Keras adds epsilon before the correction of the running means, and takes 1e-7 for it if nothing else is said")));
            }
        }
        return Optional.empty();
    }

    /** The number that a variable of the optimizer holds. */
    private Optional<Double> number(Node optimizer, String name) {
        return Optional.ofNullable(optimizer.children().get(name)).map(names::get).map(tensors::get).filter(t -> t.value().size() == 1)
                .map(t -> t.value().get(0));
    }

    private Map<String, Integer> list(Node optimizer, String name) {
        return Optional.ofNullable(optimizer.children().get(name)).map(n -> graph.nodes().get(n).children()).orElse(Map.of());
    }

    private void add(Map<String, FileMoments.Vectors> byTensor, int variable, long updates, Map<String, Integer> vectors) {
        Optional<String> name = Optional.ofNullable(names.get(variable));
        Map<String, FileTensor> found = new LinkedHashMap<>();
        for (String slot : List.of("m", "v")) {
            Optional<FileTensor> vector = Optional.ofNullable(vectors.get(slot)).map(names::get).map(tensors::get);
            if (name.isPresent() && vector.isPresent() && Arrays.equals(vector.get().shape(), tensors.get(name.get()).shape())) {
                found.put(slot, vector.get());
            }
        }
        if (found.size() == 2) {
            byTensor.put(name.orElseThrow(), new FileMoments.Vectors(updates, found));
        }
    }
}
