package cairn.interop.onnx;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import cairn.interop.onnx.Layouts.Order;
import cairn.nn.Layer;
import cairn.nn.init.He;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** From one node to the layer that it is. What it does otherwise than any layer here is thrown as an exception in words. */
final class NodeLayers {
    /** Operators that one layer is, or none. */
    static final Set<String> DIRECT = Set.of("Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Softplus", "Gelu", "Swish", "Softmax",
            "Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Transpose", "Gemm", "MatMul", "Conv", "MaxPool", "AveragePool",
            "GlobalAveragePool", "ReduceMean", "BatchNormalization", "LayerNormalization", "Pad");
    /** Of these, the ones that change no shape, whatever their settings. */
    private static final Set<String> KEEPING = Set.of("LeakyRelu", "Elu", "Swish", "Softmax", "Dropout", "BatchNormalization",
            "LayerNormalization");
    private static final Set<Long> FLOATS = Set.of(1L, 10L, 11L, 16L);

    private final OnnxGraph graph;
    private final Layouts layouts;
    private final WeightNodes weights;
    private final ShapeValues shapes;
    private final ImageLayers images;
    private final ShapeSteps reshaping;

    NodeLayers(OnnxGraph graph, Layouts layouts, WeightNodes weights, ShapeValues shapes) {
        this.graph = graph;
        this.layouts = layouts;
        this.weights = weights;
        this.shapes = shapes;
        this.images = new ImageLayers(layouts, weights);
        this.reshaping = new ShapeSteps(layouts, shapes, graph.inputs().get(0).sizes()[0]);
    }

    /**
     * What a node is.
     *
     * @param layers none if it changes nothing here
     * @param after where the graph has been read to then
     * @param module the tensors of the last of the layers
     */
    record Step(List<Layer> layers, Place after, Optional<FileModule> module) {
        static Step nothing(Place after) {
            return new Step(List.of(), after, Optional.empty());
        }

        static Step of(Layer layer, Place after) {
            return new Step(List.of(layer), after, Optional.empty());
        }
    }

    /**
     * The step that a node is.
     *
     * @throws IllegalArgumentException saying what there is not here
     */
    Step step(GraphNode node, Place p) {
        String y = node.output();
        return switch (node.op()) {
            case "Relu" -> Step.of(new Relu(), p.at(y));
            case "Sigmoid" -> Step.of(new Sigmoid(), p.at(y));
            case "Tanh" -> Step.of(new Tanh(), p.at(y));
            case "Softplus" -> Step.of(new Softplus(), p.at(y));
            case "LeakyRelu" -> Step.of(new LeakyRelu(node.real("alpha", 0.01)), p.at(y));
            case "Elu" -> Step.of(new Elu(node.real("alpha", 1)), p.at(y));
            case "Gelu" -> Step.of(new Gelu(node.text("approximate", "none").equals("tanh") ? Gelu.Form.TANH : Gelu.Form.EXACT), p.at(y));
            case "Swish" -> {
                require(node.real("alpha", 1) == 1, "alpha " + node.real("alpha", 1) + "; expected 1");
                yield Step.of(new Silu(), p.at(y));
            }
            case "Softmax" -> softmax(node, p);
            case "Identity" -> Step.nothing(p.at(y));
            case "Dropout" -> {
                FileTensor training = graph.tensors().get(node.input(2));
                require(!node.hasInput(2) || training != null && training.value().get(0) == 0, "drops also in an evaluation");
                yield Step.nothing(p.at(y));
            }
            case "Cast" -> {
                require(FLOATS.contains(node.integer("to", 0)), "converts to a type that is none of real numbers");
                yield Step.nothing(p.at(y));
            }
            case "Pad" -> {
                Optional<long[]> pads = node.hasInput(1) ? shapes.of(node.input(1)) : Optional.of(node.integers("pads", 1));
                require(pads.isPresent() && LongStream.of(pads.get()).allMatch(n -> n == 0), "pads by "
                        + pads.map(Arrays::toString).orElse("sizes that cannot be known before it runs")
                        + "; expected a padding by the layer");
                yield Step.nothing(p.at(y));
            }
            case "Flatten" -> {
                require(node.integer("axis", 1) == 1 || node.integer("axis", 1) == 1 - p.sizes(layouts.of(p.value())).length,
                        "axis " + node.integer("axis", 1) + "; expected 1, because the first dimension is the batch");
                yield reshaping.flat(p, y);
            }
            case "Reshape" -> reshaping.reshape(node, p);
            case "Squeeze" -> {
                long[] axes = axes(node, p);
                require(p.isPooled() && Arrays.equals(axes, pixelAxes(p)), "axes " + Arrays.toString(axes)
                        + "; expected those of an image of one pixel");
                yield Step.nothing(p.with(y, p.row()));
            }
            case "Transpose" -> reshaping.transpose(node, p);
            case "Gemm", "MatMul" -> dense(node, p);
            case "LayerNormalization" -> layerNorm(node, p);
            default -> images.step(node, p, axes(node, p), pixelAxes(p));
        };
    }

    /** Where the graph is after a node that is no layer here, if that is clear. */
    Optional<Place> beyond(GraphNode node, Place p) {
        return KEEPING.contains(node.op()) ? Optional.of(p.at(node.output())) : images.beyond(node, p);
    }

    static void require(boolean isSo, String otherwise) {
        if (!isSo) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** A normalization by single operators. */
    Step norm(NormPattern pattern, Place p) {
        FileModule module = weights.of(pattern.end()).orElseThrow(() -> new IllegalArgumentException("its tensors are not known"));
        requireVector(module, "gamma", p);
        require(!p.isPooled() && layouts.of(p.value()) != Order.CHANNELS_FIRST, "normalizes another dimension than that of the channels");
        Layer layer = pattern.isOfRow() ? new LayerNorm(pattern.epsilon()) : images.batchNorm(0.1, pattern.epsilon());
        return new Step(List.of(layer), p.at(pattern.end().output()), Optional.of(module));
    }

    private Step softmax(GraphNode node, Place p) {
        int rank = p.sizes(layouts.of(p.value())).length;
        long given = node.integer("axis", graph.operatorSet() < 13 ? 1 : -1);
        long axis = given < 0 ? given + rank : given;
        boolean isFirst = layouts.of(p.value()) == Order.CHANNELS_FIRST && rank > 2;
        require(axis == (isFirst ? 1 : rank - 1) && (graph.operatorSet() >= 13 || axis == rank - 1),
                "axis " + given + "; expected that of the channels");
        return Step.of(new Softmax(), p.at(node.output()));
    }

    private Step dense(GraphNode node, Place p) {
        FileModule module = module(node, FileModule.Kind.DENSE);
        require(p.row().length == 1 && !p.isPooled(), "takes rows of shape " + Arrays.toString(p.row()) + "; expected one dimension");
        require(module.order().flattensChannelsFirst() || !p.isMixed(), "takes a flattened image in an order that is not clear");
        long[] shape = weights.tensor(module, "weight").orElseThrow().shape();
        boolean outputsFirst = module.order().denseOutputsFirst();
        long units = shape[outputsFirst ? 0 : 1];
        require(shape[outputsFirst ? 1 : 0] == p.row()[0], "has weights " + Arrays.toString(shape) + " for rows of " + p.row()[0]
                + " numbers");
        Optional<FileTensor> bias = weights.tensor(module, "bias");
        require(bias.isEmpty() || Arrays.equals(bias.get().shape(), new long[] {units}),
                "has a bias that is no vector of " + units + " numbers");
        String y = node.op().equals("MatMul") && bias.isPresent() ? weights.bias(node).orElseThrow().output() : node.output();
        return new Step(List.of(new Dense(Math.toIntExact(units), bias.isPresent(), new He())), p.with(y, new long[] {units}),
                Optional.of(module));
    }

    private FileModule module(GraphNode node, FileModule.Kind kind) {
        return weights.of(node).filter(m -> m.kind() == kind).orElseThrow(() -> new IllegalArgumentException(
                "computes with other tensors or factors than a " + kind.layer() + " layer"));
    }

    private Step layerNorm(GraphNode node, Place p) {
        FileModule module = module(node, FileModule.Kind.LAYER_NORM);
        int rank = p.sizes(layouts.of(p.value())).length;
        long axis = node.integer("axis", -1);
        require((axis == -1 || axis == rank - 1) && layouts.of(p.value()) != Order.CHANNELS_FIRST,
                "axis " + axis + "; expected that of the channels");
        requireVector(module, "gamma", p);
        require(weights.tensor(module, "beta").isPresent(), "has no offset");
        requireVector(module, "beta", p);
        return new Step(List.of(new LayerNorm(node.real("epsilon", 1e-5))), p.at(node.output()), Optional.of(module));
    }

    private void requireVector(FileModule module, String parameter, Place p) {
        long channels = p.row()[p.row().length - 1];
        long[] shape = weights.tensor(module, parameter).map(FileTensor::shape).orElse(new long[0]);
        require(Arrays.equals(shape, new long[] {channels}), "has " + parameter + " of shape " + Arrays.toString(shape) + " for " + channels
                + " channels");
    }

    /** The axes that a node states, counted from the front. */
    private long[] axes(GraphNode node, Place p) {
        int rank = p.sizes(layouts.of(p.value())).length;
        long[] axes = node.hasInput(1) && !node.has("axes") ? shapes.of(node.input(1)).orElse(new long[0]) : node.integers("axes");
        return LongStream.of(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray();
    }

    private long[] pixelAxes(Place p) {
        return layouts.of(p.value()) == Order.CHANNELS_FIRST ? new long[] {2, 3} : new long[] {1, 2};
    }

    /** 1 - momentum in decimals, because it was written so: 0.1 and not 0.09999999999999998. */
    static double share(GraphNode node) {
        return BigDecimal.ONE.subtract(new BigDecimal(Double.toString(node.real("momentum", 0.9)))).doubleValue();
    }
}
