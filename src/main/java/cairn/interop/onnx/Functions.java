package cairn.interop.onnx;

import cairn.interop.onnx.NodeLayers.Step;
import cairn.nn.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds layers that a graph computes by several nodes on single numbers. */
final class Functions {
    private static final int MOST_STEPS = 6;
    private static final int MOST_NODES = 1000;

    private Functions() {
    }

    /**
     * The layer that a value goes through next, if the nodes after it are a function of single numbers, which may part and join.
     *
     * @param users the nodes that take the value
     * @param inside the nodes of this way, by what they compute; all if empty
     */
    static Optional<Step> step(OnnxGraph graph, DataPaths paths, Place place, List<GraphNode> users,
            Optional<Set<String>> inside) {
        Map<String, Formula> formulas = new HashMap<>(Map.of(place.value(), Formula.X));
        List<GraphNode> next = users;
        int from = next.stream().mapToInt(paths::place).min().orElse(0);
        for (int i = 0; i < MOST_STEPS && !next.isEmpty(); i++) {
            Optional<GraphNode> end = next.size() == 1 ? Optional.of(next.get(0)) : paths.join(next);
            boolean isWithin = end.isPresent() && (inside.isEmpty() || inside.get().contains(end.get().output()));
            if (!isWithin || paths.place(end.get()) - from > MOST_NODES) {
                return Optional.empty();
            }
            for (; from <= paths.place(end.get()); from++) {
                evaluate(graph, paths.nodes().get(from), formulas);
            }
            Formula found = formulas.get(end.get().output());
            if (found == null) {
                return Optional.empty();
            }
            Optional<Layer> layer = KnownFunctions.layer(found);
            if (layer.isPresent()) {
                return Optional.of(Step.of(layer.get(), place.at(end.get().output())));
            }
            next = paths.users(end.get().output());
        }
        return Optional.empty();
    }

    private static void evaluate(OnnxGraph graph, GraphNode node, Map<String, Formula> formulas) {
        List<Formula> in = new ArrayList<>();
        for (String input : node.inputs()) {
            if (formulas.containsKey(input)) {
                in.add(formulas.get(input));
            } else if (graph.tensors().containsKey(input) && graph.tensors().get(input).value().size() == 1) {
                in.add(Formula.number(graph.tensors().get(input).value().get(0)));
            } else {
                return;
            }
        }
        KnownFunctions.of(node, in).ifPresent(f -> formulas.put(node.output(), f));
    }
}
