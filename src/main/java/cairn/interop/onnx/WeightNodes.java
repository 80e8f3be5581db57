package cairn.interop.onnx;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.FileTensor;
import cairn.interop.file.TensorOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The nodes that use tensors as weights, as modules in the order of the graph. A module has the name that its weight has before the last
 * dot or slash; if the weight has a name without a meaning, such as {@code onnx::MatMul_123}, it has the name of the node.
 */
final class WeightNodes {
    private static final Set<String> FUNCTIONS = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Where", "Clip", "Reshape",
            "Transpose", "Identity", "Concat", "Slice", "Unsqueeze", "Squeeze", "Shape", "Expand", "Cast", "Sqrt", "ReduceMean",
            "Flatten", "ConstantOfShape", "Range", "Equal", "Pad", "Resize", "Dropout");

    private final OnnxGraph graph;
    private final Layouts layouts;
    private final Map<String, GraphNode> sources = new HashMap<>();
    private final Map<String, GraphNode> onlyUsers = new HashMap<>();
    private final Set<String> manyUsers = new HashSet<>();
    /** By the value that the node computes. */
    private final Map<String, FileModule> modules = new LinkedHashMap<>();
    private final Map<String, Integer> names = new HashMap<>();

    private WeightNodes(OnnxGraph graph, Layouts layouts) {
        this.graph = graph;
        this.layouts = layouts;
    }

    static WeightNodes of(OnnxGraph graph, Layouts layouts) {
        WeightNodes found = new WeightNodes(graph, layouts);
        for (GraphNode node : graph.nodes()) {
            node.outputs().forEach(value -> found.sources.put(value, node));
            for (String input : Set.copyOf(node.inputs())) {
                if (found.onlyUsers.put(input, node) != null) {
                    found.manyUsers.add(input);
                }
            }
        }
        for (GraphNode node : graph.nodes()) {
            found.module(node).ifPresent(module -> found.modules.put(node.output(), module));
        }
        return found;
    }

    List<FileModule> modules() {
        return List.copyOf(modules.values());
    }

    Optional<FileModule> of(GraphNode node) {
        return Optional.ofNullable(modules.get(node.output()));
    }

    /** The tensor that a module has as {@code parameter}. */
    Optional<FileTensor> tensor(FileModule module, String parameter) {
        return Optional.ofNullable(module.tensors().get(parameter)).map(graph.tensors()::get);
    }

    /** The shape of a tensor; empty if the value is none. */
    long[] shape(String value) {
        FileTensor tensor = graph.tensors().get(weight(value).name);
        return tensor == null ? new long[0] : tensor.shape();
    }

    private Optional<FileModule> module(GraphNode node) {
        return switch (node.op()) {
            case "Gemm" -> gemm(node);
            case "MatMul" -> matMul(node);
            case "Conv" -> of(node, Kind.CONV2D, false, shape(node.input(1)).length == 4 && node.integer("group", 1) == 1,
                    "weight", node.input(1), "bias", node.input(2));
            case "BatchNormalization" -> of(node, Kind.BATCH_NORM, false, true, "gamma", node.input(1), "beta", node.input(2),
                    "running-mean", node.input(3), "running-var", node.input(4));
            case "LayerNormalization" -> of(node, Kind.LAYER_NORM, false, shape(node.input(1)).length == 1, "gamma", node.input(1), "beta",
                    node.input(2));
            case "Add" -> pattern(node).flatMap(p -> norm(node, p));
            default -> other(node);
        };
    }

    /** The normalization by single operators that ends in a node. */
    Optional<NormPattern> pattern(GraphNode end) {
        return NormPattern.endingIn(end, sources, graph.tensors());
    }

    private Optional<FileModule> norm(GraphNode node, NormPattern pattern) {
        String[] parameters = pattern.tensors().entrySet().stream().flatMap(e -> Stream.of(e.getKey(), e.getValue()))
                .toArray(String[]::new);
        return of(node, pattern.isOfRow() ? Kind.LAYER_NORM : Kind.BATCH_NORM, false, true, parameters);
    }

    /** αA·B + βC is a dense layer if A is what comes, and both factors are 1. */
    private Optional<FileModule> gemm(GraphNode node) {
        Weight weight = weight(node.input(1));
        boolean isPlain = node.integer("transA", 0) == 0 && node.real("alpha", 1) == 1 && (!node.hasInput(2) || node.real("beta", 1) == 1)
                && !graph.tensors().containsKey(node.input(0));
        boolean outputsFirst = node.integer("transB", 0) != 0 != weight.isTransposed;
        return of(node, Kind.DENSE, outputsFirst, isPlain && rank(weight.name) == 2, "weight", weight.name, "bias", node.input(2));
    }

    private Optional<FileModule> matMul(GraphNode node) {
        Weight weight = weight(node.input(1));
        String bias = bias(node).map(this::addend).orElse("");
        return of(node, Kind.DENSE, weight.isTransposed, rank(weight.name) == 2, "weight", weight.name, "bias", bias);
    }

    /** The node that adds the bias to a product. */
    Optional<GraphNode> bias(GraphNode product) {
        GraphNode next = onlyUsers.get(product.output());
        if (next == null || manyUsers.contains(product.output()) || !next.op().equals("Add") || rank(addend(next)) != 1) {
            return Optional.empty();
        }
        long[] size = graph.tensors().get(addend(next)).shape();
        Weight weight = weight(product.input(1));
        long[] shape = rank(weight.name) == 2 ? graph.tensors().get(weight.name).shape() : new long[2];
        return size[0] == shape[weight.isTransposed ? 0 : 1] ? Optional.of(next) : Optional.empty();
    }

    /** The input of a sum that is a tensor. */
    private String addend(GraphNode sum) {
        return graph.tensors().containsKey(sum.input(1)) ? sum.input(1) : sum.input(0);
    }

    /** Whatever else has tensors of more than one number: a kind of layer that there is not here. */
    private Optional<FileModule> other(GraphNode node) {
        Map<String, String> tensors = new LinkedHashMap<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            FileTensor tensor = graph.tensors().get(node.input(i));
            if (tensor != null && tensor.value().size() > 1 && tensor.dtype().label().contains("float")) {
                tensors.put("input-" + i, node.input(i));
            }
        }
        return tensors.isEmpty() || FUNCTIONS.contains(node.op()) ? Optional.empty()
                : Optional.of(new FileModule(unused(node.name()), Kind.OTHER, order(node, false), tensors));
    }

    /** A module of these parameters and values, by turns; of no known kind if one of them is no tensor. */
    private Optional<FileModule> of(GraphNode node, Kind kind, boolean outputsFirst, boolean isKnown, String... parameters) {
        Map<String, String> tensors = new LinkedHashMap<>();
        boolean areThere = true;
        for (int i = 0; i < parameters.length; i += 2) {
            String value = weight(parameters[i + 1]).name;
            if (graph.tensors().containsKey(value)) {
                tensors.put(parameters[i], value);
            } else {
                areThere &= value.isEmpty() && parameters[i].equals("bias");
            }
        }
        if (tensors.isEmpty()) {
            return Optional.empty();
        }
        String weight = tensors.values().iterator().next();
        boolean isSound = isKnown && areThere;
        return Optional.of(new FileModule(name(weight, node), isSound ? kind : Kind.OTHER, order(node, outputsFirst), tensors));
    }

    private TensorOrder order(GraphNode node, boolean outputsFirst) {
        return new TensorOrder(outputsFirst, true, layouts.of(node.input(0)) == Layouts.Order.FLAT_CHANNELS_FIRST);
    }

    private String name(String weight, GraphNode node) {
        int end = Math.max(weight.lastIndexOf('.'), weight.lastIndexOf('/'));
        boolean hasMeaning = end > 0 && !weight.contains("::");
        String name = hasMeaning ? weight.substring(0, end) : node.name();
        return names.containsKey(name) ? unused(node.name()) : unused(name);
    }

    private String unused(String name) {
        int before = names.merge(name, 1, Integer::sum) - 1;
        return before == 0 ? name : unused(name + " (" + (before + 1) + ")");
    }

    private int rank(String value) {
        FileTensor tensor = graph.tensors().get(value);
        return tensor == null ? -1 : tensor.shape().length;
    }

    /** A tensor as a node takes it. */
    private record Weight(String name, boolean isTransposed) {
    }

    /** Follows a value through nodes that hand it on, or exchange its two dimensions. */
    private Weight weight(String value) {
        String name = value;
        boolean isTransposed = false;
        for (int depth = 0; depth < 8 && !graph.tensors().containsKey(name); depth++) {
            GraphNode source = sources.get(name);
            if (source == null || !source.op().equals("Identity") && !source.op().equals("Transpose")) {
                break;
            }
            isTransposed ^= source.op().equals("Transpose") && Arrays.equals(source.integers("perm", 1, 0), new long[] {1, 0});
            name = source.input(0);
        }
        return new Weight(name, isTransposed);
    }
}
