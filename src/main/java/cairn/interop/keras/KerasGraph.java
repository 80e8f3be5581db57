package cairn.interop.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The layers of a model one after the other. A functional model says for each layer which ones feed it; it must be a chain, in which a
 * layer {@code Add} may join two chains that begin at one layer.
 */
final class KerasGraph {
    private static final int DEEPEST = 64;

    /** A layer, or the sum of two chains with one input. */
    sealed interface Step {
    }

    record One(KerasLayer layer) implements Step {
    }

    /** The second chain may be empty; then it is the input itself. */
    record Sum(KerasLayer add, List<Step> body, List<Step> beside) implements Step {
    }

    private final KerasLayer model;
    private final List<String> problems;
    private final Map<String, KerasLayer> layers = new LinkedHashMap<>();
    private final Map<String, List<String>> inputs = new HashMap<>();
    /** The nearest layer before one through which everything comes that reaches it. */
    private final Map<String, String> gates = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    private KerasGraph(KerasLayer model, List<String> problems) {
        this.model = model;
        this.problems = problems;
    }

    /** The steps of {@code model}; what is wrong with it is added to {@code problems}. */
    static List<Step> steps(KerasLayer model, List<String> problems) {
        if (!model.type().equals("Sequential")) {
            return new KerasGraph(model, problems).functional();
        }
        List<Step> steps = new ArrayList<>();
        model.layers().forEach(layer -> steps.addAll(of(layer, problems)));
        return steps;
    }

    private static List<Step> of(KerasLayer layer, List<String> problems) {
        return layer.isModel() ? steps(layer, problems) : layer.type().equals("InputLayer") ? List.of() : List.of(new One(layer));
    }

    private List<Step> functional() {
        for (KerasLayer layer : model.layers()) {
            layers.put(layer.name(), layer);
            JsonNode nodes = layer.entry().path("inbound_nodes");
            if (nodes.size() > 1) {
                problems.add(place(layer) + "is used at " + nodes.size() + " places; expected one");
            }
            List<String> from = new ArrayList<>();
            tensors(nodes.path(0), from);
            inputs.put(layer.name(), from);
        }
        Optional<String> in = only("input_layers");
        Optional<String> out = only("output_layers");
        if (in.isEmpty() || out.isEmpty() || !findGates(in.get())) {
            return List.of();
        } else if (!gates.containsKey(out.get())) {
            problems.add(place(model) + "nothing leads from its input " + in.get() + " to its output " + out.get());
            return List.of();
        }
        return chain(in.get(), out.get(), 0);
    }

    private String place(KerasLayer layer) {
        return layer.path().isEmpty() ? "the model: " : layer.path() + " (" + layer.type() + "): ";
    }

    private Optional<String> only(String key) {
        List<String> names = new ArrayList<>();
        tensors(model.entry().path("config").path(key), names);
        if (names.size() != 1 || !layers.containsKey(names.get(0))) {
            problems.add(place(model) + key + ": expected one, found " + names);
            return Optional.empty();
        }
        return Optional.of(names.get(0));
    }

    /** The layers that tensors come from: objects with a keras_history (Keras 3), or lists [layer, number, number, ...] (Keras 2). */
    private static void tensors(JsonNode node, List<String> found) {
        if (node.isArray() && node.size() >= 3 && node.get(0).isTextual() && node.get(1).isInt() && node.get(2).isInt()) {
            found.add(node.get(0).asText());
            tensors(node.path(3), found);
        } else if (node.path("class_name").asText("").equals("__keras_tensor__")) {
            tensors(node.path("config").path("keras_history"), found);
        } else if (node.isContainerNode()) {
            node.forEach(inner -> tensors(inner, found));
        }
    }

    /** Goes through the layers so that each comes after those that feed it. Returns false if they feed each other in a circle. */
    private boolean findGates(String in) {
        gates.put(in, in);
        Set<String> waiting = new LinkedHashSet<>(layers.keySet());
        waiting.remove(in);
        boolean isMoving = true;
        while (isMoving) {
            isMoving = false;
            for (String name : List.copyOf(waiting)) {
                List<String> from = inputs.get(name);
                if (!from.isEmpty() && gates.keySet().containsAll(from)) {
                    waiting.remove(name);
                    gates.put(name, from.stream().reduce(this::common).orElse(in));
                    isMoving = true;
                }
            }
        }
        for (String name : waiting) {
            problems.add(place(layers.get(name)) + "its inputs " + inputs.get(name) + " do not come from the model's input alone");
        }
        return waiting.isEmpty();
    }

    private String common(String one, String other) {
        Set<String> before = new HashSet<>();
        String at = one;
        while (before.add(at)) {
            at = gates.get(at);
        }
        at = other;
        while (!before.contains(at)) {
            at = gates.get(at);
        }
        return at;
    }

    /** The steps from after {@code from} to {@code to}. */
    private List<Step> chain(String from, String to, int depth) {
        List<List<Step>> backwards = new ArrayList<>();
        String at = to;
        while (!at.equals(from)) {
            KerasLayer layer = layers.get(at);
            List<String> before = inputs.get(at);
            boolean isAdd = layer.type().equals("Add");
            if (!used.add(at)) {
                problems.add(place(layer) + "its output goes different ways that do not meet in one Add; expected a chain of layers and of"
                        + " sums of two chains");
                return List.of();
            } else if (isAdd && before.size() == 2 && depth < DEEPEST) {
                String fork = gates.get(at);
                List<Step> one = chain(fork, before.get(0), depth + 1);
                List<Step> other = chain(fork, before.get(1), depth + 1);
                boolean isSwapped = other.size() > one.size();
                backwards.add(List.of(new Sum(layer, isSwapped ? other : one, isSwapped ? one : other)));
                at = fork;
            } else if (isAdd || before.size() != 1) {
                problems.add(place(layer) + "takes " + before.size() + " tensors; expected one, or an Add of two");
                return List.of();
            } else {
                backwards.add(of(layer, problems));
                at = before.get(0);
            }
        }
        Collections.reverse(backwards);
        return backwards.stream().flatMap(List::stream).toList();
    }
}
