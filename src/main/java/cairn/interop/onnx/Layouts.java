package cairn.interop.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * In which order the numbers of each value of a graph stand, compared with the order here. Operators on images take and give them channels
 * first; a Transpose changes that; what is flattened keeps the order in which it was.
 */
final class Layouts {
    /** An order of the numbers of a row. */
    enum Order {
        /** As here: the last dimension of an image is its channels. */
        OWN,
        /** The channels are the first dimension of a row. */
        CHANNELS_FIRST,
        /** The numbers of an image in one dimension, in the order (channel, height, width). */
        FLAT_CHANNELS_FIRST
    }

    static final Set<String> OF_IMAGES = Set.of("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "ConvTranspose",
            "InstanceNormalization", "LRN");
    private static final Set<String> SHAPES = Set.of("Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Gemm", "MatMul",
            "ReduceMean", "Shape", "LayerNormalization", "Softmax", "Concat", "Split", "Gather", "Slice");

    private final OnnxGraph graph;
    private final Map<String, GraphNode> sources = new HashMap<>();
    /** Values that become the input of an operator on images before anything else than functions of single numbers. */
    private final Set<String> images = new HashSet<>();
    private final Set<String> transposed = new HashSet<>();
    private final Map<String, Order> orders = new HashMap<>();
    private final Map<String, Integer> ranks = new HashMap<>();

    private Layouts(OnnxGraph graph) {
        this.graph = graph;
    }

    static Layouts of(OnnxGraph graph) {
        Layouts layouts = new Layouts(graph);
        layouts.follow();
        return layouts;
    }

    Order of(String value) {
        return orders.getOrDefault(value, Order.OWN);
    }

    private void follow() {
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            GraphNode node = graph.nodes().get(i);
            node.outputs().forEach(value -> sources.put(value, node));
            if (OF_IMAGES.contains(node.op()) || node.op().equals("BatchNormalization")) {
                images.add(node.input(0));
            } else if (!SHAPES.contains(node.op()) && images.contains(node.output())) {
                images.addAll(node.inputs());
            } else if (node.op().equals("Transpose")) {
                transposed.add(node.input(0));
            }
        }
        for (OnnxGraph.GraphValue input : graph.inputs()) {
            ranks.put(input.name(), input.sizes().length);
            boolean isOfTorch = input.sizes().length == 4 && graph.producer().equals("pytorch") && !transposed.contains(input.name());
            if (input.sizes().length > 2 && (images.contains(input.name()) || isOfTorch)) {
                orders.put(input.name(), Order.CHANNELS_FIRST);
            }
        }
        for (GraphNode node : graph.nodes()) {
            Order order = order(node);
            node.outputs().forEach(value -> orders.put(value, order));
            int rank = rank(node);
            node.outputs().forEach(value -> ranks.put(value, rank));
        }
    }

    private Order order(GraphNode node) {
        Order before = node.inputs().stream().map(this::of).filter(o -> o != Order.OWN).findFirst().orElse(Order.OWN);
        if (OF_IMAGES.contains(node.op())) {
            return Order.CHANNELS_FIRST;
        }
        return switch (node.op()) {
            case "Transpose" -> {
                long[] axes = node.integers("perm");
                yield Arrays.equals(axes, axes(axes.length, true)) ? Order.CHANNELS_FIRST
                        : Arrays.equals(axes, axes(axes.length, false)) ? Order.OWN : before;
            }
            case "Flatten" -> before == Order.OWN ? Order.OWN : Order.FLAT_CHANNELS_FIRST;
            case "Reshape" -> reshaped(node, before);
            case "Gemm", "MatMul", "ReduceMean" -> node.op().equals("ReduceMean") && node.integer("keepdims", 1) != 0 ? before : Order.OWN;
            case "BatchNormalization" -> before == Order.OWN && ranks.getOrDefault(node.input(0), 2) > 2 ? Order.CHANNELS_FIRST : before;
            default -> before;
        };
    }

    private Order reshaped(GraphNode node, Order before) {
        if (rank(node) <= 2) {
            return before == Order.OWN ? Order.OWN : Order.FLAT_CHANNELS_FIRST;
        }
        return before == Order.CHANNELS_FIRST || images.contains(node.output()) ? Order.CHANNELS_FIRST : Order.OWN;
    }

    /** How many dimensions the value of a node has, as far as that is easily seen; 2 if it is not. */
    private int rank(GraphNode node) {
        int before = ranks.getOrDefault(node.input(0), 2);
        return switch (node.op()) {
            case "Reshape" -> length(node.input(1));
            case "Flatten", "Gemm", "Squeeze" -> 2;
            case "Conv", "MaxPool", "AveragePool", "GlobalAveragePool" -> 4;
            case "ReduceMean" -> node.integer("keepdims", 1) != 0 ? before : 2;
            default -> before;
        };
    }

    /** How many numbers a shape has. */
    private int length(String shape) {
        if (graph.tensors().containsKey(shape)) {
            return tensorLength(shape);
        }
        GraphNode source = sources.get(shape);
        return source == null || !source.op().equals("Concat") ? 2
                : source.inputs().stream().mapToInt(part -> graph.tensors().containsKey(part) ? tensorLength(part) : 1).sum();
    }

    private int tensorLength(String name) {
        return (int) Math.min(graph.tensors().get(name).value().size(), 64);
    }

    /** The axes of a Transpose to channels first, such as 0, 3, 1, 2, or back. */
    static long[] axes(int dimensions, boolean toFirst) {
        int rank = dimensions - 1;
        long[] axes = new long[Math.max(0, dimensions)];
        for (int i = 1; i <= rank; i++) {
            axes[i] = toFirst ? (i == 1 ? rank : i - 1) : (i == rank ? 1 : i + 1);
        }
        return axes;
    }
}
