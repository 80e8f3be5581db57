package cairn.interop.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ways that the numbers of a row take through a graph, from its input to its output. Tensors, what is computed of tensors alone, and
 * shapes are no part of them.
 */
final class DataPaths {
    private final Set<String> constants = new HashSet<>();
    private final Set<String> shapes = new HashSet<>();
    private final List<GraphNode> nodes = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, List<GraphNode>> users = new HashMap<>();
    private int[] joins = {};

    private DataPaths() {
    }

    /** The ways from {@code input} to {@code output}, in a graph whose nodes stand in the order in which they can be computed. */
    static DataPaths of(OnnxGraph graph, String input, String output) {
        DataPaths paths = new DataPaths();
        paths.constants.addAll(graph.tensors().keySet());
        paths.constants.add("");
        List<GraphNode> reached = new ArrayList<>();
        Set<String> data = new HashSet<>(Set.of(input));
        for (GraphNode node : graph.nodes()) {
            if (paths.constants.containsAll(node.inputs())) {
                paths.constants.addAll(node.outputs());
            } else if (node.op().equals("Shape") || paths.dataInputs(node).isEmpty()) {
                paths.shapes.addAll(node.outputs());
            } else if (data.containsAll(paths.dataInputs(node))) {
                data.addAll(node.outputs());
                reached.add(node);
            }
        }
        paths.keep(reached, output);
        return paths;
    }

    /** Keeps the nodes from which the output is reached, and finds where their ways join. */
    private void keep(List<GraphNode> reached, String output) {
        Set<String> needed = new HashSet<>(Set.of(output));
        for (int i = reached.size() - 1; i >= 0; i--) {
            GraphNode node = reached.get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(dataInputs(node));
                nodes.add(node);
            }
        }
        Collections.reverse(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            GraphNode node = nodes.get(i);
            for (String value : Set.copyOf(dataInputs(node))) {
                users.computeIfAbsent(value, v -> new ArrayList<>()).add(node);
            }
            int at = i;
            node.outputs().forEach(value -> places.put(value, at));
        }
        join(output);
    }

    /**
     * For each node, the first node that all ways from it to the output lead through (its immediate post-dominator; Cooper, Harvey and
     * Kennedy, "A simple, fast dominance algorithm", 2001; without circles one pass is enough).
     */
    private void join(String output) {
        int end = nodes.size();
        joins = new int[end + 1];
        joins[end] = end;
        for (int i = end - 1; i >= 0; i--) {
            int join = -1;
            for (String value : nodes.get(i).outputs()) {
                if (value.equals(output)) {
                    join = join < 0 ? end : common(join, end);
                }
                for (GraphNode user : users(value)) {
                    int at = places.get(user.output());
                    join = join < 0 ? at : common(join, at);
                }
            }
            joins[i] = join < 0 ? end : join;
        }
    }

    private int common(int one, int other) {
        int a = one;
        int b = other;
        while (a != b) {
            if (a < b) {
                a = joins[a];
            } else {
                b = joins[b];
            }
        }
        return a;
    }

    /** In the order in which they are computed. */
    List<GraphNode> nodes() {
        return nodes;
    }

    /** Whether a value is a tensor, or computed of tensors alone. */
    boolean isConstant(String value) {
        return constants.contains(value);
    }

    /** The inputs of a node that depend on the input of the graph, each once for each time that the node takes it. */
    List<String> dataInputs(GraphNode node) {
        return node.inputs().stream().filter(v -> !constants.contains(v) && !shapes.contains(v)).toList();
    }

    /** The nodes that take a value. */
    List<GraphNode> users(String value) {
        return users.getOrDefault(value, List.of());
    }

    int place(GraphNode node) {
        return places.get(node.output());
    }

    /** The first node that all ways from these nodes to the output lead through; none if that is the output itself. */
    Optional<GraphNode> join(List<GraphNode> from) {
        int join = -1;
        for (GraphNode node : from) {
            join = join < 0 ? place(node) : common(join, place(node));
        }
        return join < 0 || join == nodes.size() ? Optional.empty() : Optional.of(nodes.get(join));
    }

    /** The nodes from {@code start} to {@code end}, that one included. */
    Set<String> between(String start, String end) {
        Set<String> inside = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(end));
        while (!open.isEmpty()) {
            String value = open.pop();
            Integer at = places.get(value);
            if (!value.equals(start) && at != null && inside.add(nodes.get(at).output())) {
                open.addAll(dataInputs(nodes.get(at)));
            }
        }
        return inside;
    }
}
