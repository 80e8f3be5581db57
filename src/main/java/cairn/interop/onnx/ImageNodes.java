package cairn.interop.onnx;

import cairn.interop.file.TensorOrder;
import cairn.nn.Layer;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.state.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Layers over images, which ONNX has channels first, with kernels [out, in, height, width]. */
final class ImageNodes {
    private final Nodes nodes;
    private final Map<String, Value.Tensor> weights;

    ImageNodes(Nodes nodes, Map<String, Value.Tensor> weights) {
        this.nodes = nodes;
        this.weights = weights;
    }

    /** The output of {@code layer}, if it is one of these. */
    Optional<Flow> layer(String name, String path, Layer layer, Flow x) {
        if (layer instanceof Conv2d conv) {
            return Optional.of(conv(name, path, conv, x));
        } else if (layer instanceof MaxPool2d pool) {
            Window w = new Window(pool.window(), pool.stride(), 1, pool.padding());
            return Optional.of(over(layer, x, nodes.add("MaxPool", name, w.attributes(x.row()), x.first(nodes))));
        } else if (layer instanceof AveragePool2d pool) {
            Map<String, Object> attributes = new Window(pool.window(), pool.stride(), 1, pool.padding()).attributes(x.row());
            attributes.put("count_include_pad", 0L);
            return Optional.of(over(layer, x, nodes.add("AveragePool", name, attributes, x.first(nodes))));
        } else if (layer instanceof GlobalAveragePool2d) {
            String mean = nodes.add("GlobalAveragePool", name + "/mean", x.first(nodes));
            return Optional.of(Flow.channelsLast(nodes.add("Flatten", name, Map.of("axis", 1L), mean), layer.outputShape(x.row())));
        }
        return Optional.empty();
    }

    private Flow conv(String name, String path, Conv2d conv, Flow x) {
        String kernel = LayerNodes.join(path, "weight");
        List<String> inputs = new ArrayList<>(List.of(x.first(nodes),
                nodes.tensor(kernel, TensorOrder.permuted(weights.get(kernel), 3, 2, 0, 1))));
        if (conv.bias()) {
            String bias = LayerNodes.join(path, "bias");
            inputs.add(nodes.tensor(bias, weights.get(bias)));
        }
        Map<String, Object> attributes = new Window(conv.kernel(), conv.stride(), conv.dilation(), conv.padding()).attributes(x.row());
        attributes.put("dilations", new long[] {conv.dilation(), conv.dilation()});
        return over(conv, x, nodes.add("Conv", name, attributes, inputs.toArray(String[]::new)));
    }

    private static Flow over(Layer layer, Flow x, String y) {
        return Flow.channelsFirst(y, layer.outputShape(x.row()));
    }

    /** A square window. */
    private record Window(int size, int stride, int dilation, Padding padding) {

        /** The pads are explicit: the beginning of each side, and then the end of each side. */
        private Map<String, Object> attributes(long[] image) {
            long height = Windows.missing(image[0], size, stride, dilation, padding);
            long width = Windows.missing(image[1], size, stride, dilation, padding);
            Map<String, Object> attributes = new HashMap<>();
            attributes.put("kernel_shape", new long[] {size, size});
            attributes.put("strides", new long[] {stride, stride});
            attributes.put("pads", new long[] {height / 2, width / 2, height - height / 2, width - width / 2});
            return attributes;
        }
    }
}
