package cairn.interop.onnx;

import cairn.nn.Layer;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.state.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** From layers to nodes: chains, residual blocks, dense layers and shapes here; the other layers by their groups. */
final class LayerNodes {
    private final Nodes nodes;
    private final Map<String, Value.Tensor> weights;
    private final ImageNodes images;
    private final NormNodes norms;
    private final ActivationNodes activations;

    LayerNodes(Nodes nodes, Map<String, Value.Tensor> weights) {
        this.nodes = nodes;
        this.weights = weights;
        this.images = new ImageNodes(nodes, weights);
        this.norms = new NormNodes(nodes, weights);
        this.activations = new ActivationNodes(nodes);
    }

    /**
     * Adds the nodes of {@code layer}; returns its output.
     *
     * @param path of the layer; the last node has it as its name
     * @throws IllegalArgumentException if the layer is none of Cairn's
     */
    Flow layer(String path, Layer layer, Flow x) {
        if (layer instanceof Sequential chain) {
            return chain(path, chain.layers(), x);
        } else if (layer instanceof Residual block) {
            return residual(path, block, x);
        } else if (layer instanceof Dense dense) {
            return dense(name(path, layer), path, dense, x);
        } else if (layer instanceof Dropout) {
            return x;
        } else if (layer instanceof Flatten) {
            return Flow.channelsLast(flat(name(path, layer), x), layer.outputShape(x.row()));
        } else if (layer instanceof Reshape) {
            return reshape(name(path, layer), layer.outputShape(x.row()), x);
        } else if (layer instanceof BatchNorm norm) {
            return norms.batchNorm(name(path, layer), path, norm, x);
        } else if (layer instanceof LayerNorm norm) {
            return norms.layerNorm(name(path, layer), path, norm, x);
        }
        return images.layer(name(path, layer), path, layer, x).or(() -> activations.layer(name(path, layer), layer, x))
                .orElseThrow(() -> new IllegalArgumentException("the layer " + name(path, layer) + " (" + layer.getClass().getName()
                        + ") has no form in ONNX: only Cairn's own layers have"));
    }

    /** The path of a parameter. */
    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    private static String name(String path, Layer layer) {
        return path.isEmpty() ? layer.kind() : path;
    }

    private Flow chain(String path, List<Layer> layers, Flow x) {
        Flow flow = x;
        for (int i = 0; i < layers.size(); i++) {
            flow = layer(join(path, i + "." + layers.get(i).kind()), layers.get(i), flow);
        }
        return flow;
    }

    private Flow residual(String path, Residual block, Flow x) {
        Flow body = chain(join(path, "body"), block.body(), x);
        Flow beside = chain(join(path, "projection"), block.projection(), x);
        if (body.isFirst() || beside.isFirst()) {
            return Flow.channelsFirst(nodes.add("Add", name(path, block), body.first(nodes), beside.first(nodes)), body.row());
        }
        return Flow.channelsLast(nodes.add("Add", name(path, block), body.last(nodes), beside.last(nodes)), body.row());
    }

    private Flow dense(String name, String path, Dense dense, Flow x) {
        String matrix = x.row().length == 1 ? x.name() : flat(name + "/flat", x);
        Optional<String> bias = dense.bias() ? Optional.of(tensor(join(path, "bias"))) : Optional.empty();
        String weight = tensor(join(path, "weight"));
        String y = bias.isEmpty() ? nodes.add("Gemm", name, matrix, weight) : nodes.add("Gemm", name, matrix, weight, bias.get());
        return Flow.channelsLast(y, dense.outputShape(x.row()));
    }

    private String flat(String name, Flow x) {
        return nodes.add("Flatten", name, Map.of("axis", 1L), x.last(nodes));
    }

    /** A size of 0 stands for the size that the value has there: the batch. */
    private Flow reshape(String name, long[] row, Flow x) {
        String shape = nodes.shape(name + "/shape", LongStream.concat(LongStream.of(0), LongStream.of(row)).toArray());
        return Flow.channelsLast(nodes.add("Reshape", name, x.last(nodes), shape), row);
    }

    private String tensor(String path) {
        return nodes.tensor(path, weights.get(path));
    }
}
