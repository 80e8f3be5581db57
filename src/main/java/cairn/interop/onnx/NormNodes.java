package cairn.interop.onnx;

import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.LayerNorm;
import cairn.state.ElementType;
import cairn.state.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Normalizations. ONNX keeps ε in float32. A model in float64 whose ε is not the same number there is written by single operations, so that
 * no digit is lost.
 */
final class NormNodes {
    private final Nodes nodes;
    private final Map<String, Value.Tensor> weights;

    NormNodes(Nodes nodes, Map<String, Value.Tensor> weights) {
        this.nodes = nodes;
        this.weights = weights;
    }

    private boolean isExact(double epsilon) {
        return nodes.type() == ElementType.F32 || (float) epsilon == epsilon;
    }

    /** γ · (x - mean) / √(variance + ε) + β, over the second dimension in ONNX. */
    Flow batchNorm(String name, String path, BatchNorm norm, Flow x) {
        if (isExact(norm.epsilon())) {
            Map<String, Object> attributes = Map.of("epsilon", (float) norm.epsilon(), "momentum", (float) (1 - norm.momentum()));
            String y = nodes.add("BatchNormalization", name, attributes, x.first(nodes), tensor(path, "gamma"), tensor(path, "beta"),
                    tensor(path, "running-mean"), tensor(path, "running-var"));
            return x.row().length < 2 ? Flow.channelsLast(y, x.row()) : Flow.channelsFirst(y, x.row());
        }
        String centered = nodes.add("Sub", name + "/centered", x.last(nodes), tensor(path, "running-mean"));
        String shifted = nodes.add("Add", name + "/shifted", tensor(path, "running-var"), nodes.numbers(name + "/epsilon", norm.epsilon()));
        return scaled(name, path, nodes.add("Div", name + "/normal", centered, nodes.add("Sqrt", name + "/deviation", shifted)), x);
    }

    /** γ · (x - mean) / √(variance + ε) + β, over the last dimension. */
    Flow layerNorm(String name, String path, LayerNorm norm, Flow x) {
        String last = x.last(nodes);
        if (isExact(norm.epsilon())) {
            Map<String, Object> attributes = Map.of("axis", -1L, "epsilon", (float) norm.epsilon());
            return Flow.channelsLast(nodes.add("LayerNormalization", name, attributes, last, tensor(path, "gamma"), tensor(path, "beta")),
                    x.row());
        }
        String centered = nodes.add("Sub", name + "/centered", last, mean(name + "/mean", last));
        String variance = mean(name + "/variance", nodes.add("Mul", name + "/squares", centered, centered));
        String shifted = nodes.add("Add", name + "/shifted", variance, nodes.numbers(name + "/epsilon", norm.epsilon()));
        return scaled(name, path, nodes.add("Div", name + "/normal", centered, nodes.add("Sqrt", name + "/deviation", shifted)), x);
    }

    private String mean(String name, String value) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("axes", new long[] {-1});
        attributes.put("keepdims", 1L);
        return nodes.add("ReduceMean", name, attributes, value);
    }

    private Flow scaled(String name, String path, String normal, Flow x) {
        String gained = nodes.add("Mul", name + "/gained", normal, tensor(path, "gamma"));
        return Flow.channelsLast(nodes.add("Add", name, gained, tensor(path, "beta")), x.row());
    }

    private String tensor(String path, String name) {
        String full = LayerNodes.join(path, name);
        return nodes.tensor(full, weights.get(full));
    }
}
