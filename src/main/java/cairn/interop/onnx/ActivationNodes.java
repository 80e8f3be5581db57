package cairn.interop.onnx;

import cairn.nn.Layer;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import cairn.state.ElementType;
import java.util.Map;
import java.util.Optional;

/**
 * Functions of single numbers, and softmax. They keep the order of the dimensions. A setting that ONNX would round to float32 in a model of
 * float64 is written by single operations.
 */
final class ActivationNodes {
    private static final double CUBIC = 0.044715;

    private final Nodes nodes;

    ActivationNodes(Nodes nodes) {
        this.nodes = nodes;
    }

    /** The output of {@code layer}, if it is one of these. */
    Optional<Flow> layer(String name, Layer layer, Flow x) {
        return value(name, layer, x, x.name()).map(y -> x.with(y, x.row()));
    }

    private Optional<String> value(String name, Layer layer, Flow flow, String x) {
        if (layer instanceof Relu) {
            return Optional.of(nodes.add("Relu", name, x));
        } else if (layer instanceof Sigmoid) {
            return Optional.of(nodes.add("Sigmoid", name, x));
        } else if (layer instanceof Tanh) {
            return Optional.of(nodes.add("Tanh", name, x));
        } else if (layer instanceof Softplus) {
            return Optional.of(nodes.add("Softplus", name, x));
        } else if (layer instanceof Silu) {
            return Optional.of(nodes.add("Mul", name, x, nodes.add("Sigmoid", name + "/sigmoid", x)));
        } else if (layer instanceof Softmax) {
            return Optional.of(nodes.add("Softmax", name, Map.of("axis", flow.isFirst() ? 1L : -1L), x));
        } else if (layer instanceof LeakyRelu relu) {
            return Optional.of(leakyRelu(name, relu.slope(), x));
        } else if (layer instanceof Elu elu) {
            return Optional.of(elu(name, elu.alpha(), x));
        } else if (layer instanceof Gelu gelu) {
            return Optional.of(gelu.form() == Gelu.Form.EXACT ? exactGelu(name, x) : tanhGelu(name, x));
        }
        return Optional.empty();
    }

    private boolean isExact(double setting) {
        return nodes.type() == ElementType.F32 || (float) setting == setting;
    }

    /** Otherwise max(x, 0) + slope · min(x, 0). */
    private String leakyRelu(String name, double slope, String x) {
        if (isExact(slope)) {
            return nodes.add("LeakyRelu", name, Map.of("alpha", (float) slope), x);
        }
        return nodes.add("Add", name, nodes.add("Relu", name + "/positive", x),
                times(name + "/scaled", negative(name, x), slope));
    }

    /** Otherwise max(x, 0) + α·(e^min(x, 0) - 1). */
    private String elu(String name, double alpha, String x) {
        if (isExact(alpha)) {
            return nodes.add("Elu", name, Map.of("alpha", (float) alpha), x);
        }
        String below = plus(name + "/below", nodes.add("Exp", name + "/exp", negative(name, x)), -1);
        return nodes.add("Add", name, nodes.add("Relu", name + "/positive", x), times(name + "/scaled", below, alpha));
    }

    private String negative(String name, String x) {
        return nodes.add("Min", name + "/negative", x, nodes.numbers(name + "/zero", 0));
    }

    /** x · (1 + erf(x / √2)) / 2. Operator set 20 has an operator of its own. */
    private String exactGelu(String name, String x) {
        String erf = nodes.add("Erf", name + "/erf", times(name + "/argument", x, Math.sqrt(0.5)));
        return nodes.add("Mul", name, x, times(name + "/share", plus(name + "/shifted", erf, 1), 0.5));
    }

    /** x · (1 + tanh(√(2/π)·(x + 0.044715 x³))) / 2. */
    private String tanhGelu(String name, String x) {
        double slope = Math.sqrt(2 / Math.PI);
        String square = nodes.add("Mul", name + "/square", x, x);
        String factor = plus(name + "/factor", times(name + "/cubic", square, CUBIC * slope), slope);
        String tanh = nodes.add("Tanh", name + "/tanh", nodes.add("Mul", name + "/argument", x, factor));
        return nodes.add("Mul", name, x, times(name + "/share", plus(name + "/shifted", tanh, 1), 0.5));
    }

    private String times(String name, String x, double factor) {
        return nodes.add("Mul", name, x, nodes.numbers(name + "/by", factor));
    }

    private String plus(String name, String x, double term) {
        return nodes.add("Add", name, x, nodes.numbers(name + "/by", term));
    }
}
