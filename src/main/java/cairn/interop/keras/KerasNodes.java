package cairn.interop.keras;

import cairn.nn.Layer;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * A model in layers of Keras. Two functions have no layer there, so a model with them is functional: the approximate GELU, and a leaky ReLU
 * with a negative slope.
 */
final class KerasNodes {
    private static final String OPERATIONS = "keras.src.ops.nn";

    private final String dtype;

    KerasNodes(String dtype) {
        this.dtype = dtype;
    }

    /** The last node of {@code model} for rows of the shape {@code row}. */
    KerasNode of(Layer model, long[] row) {
        KerasNode input = new KerasNode("input", KerasNode.LAYERS, "InputLayer", config("input"), "", List.of(), row);
        input.config().set("batch_shape", batch(row));
        KerasNode last = add("", model, input);
        return last == input ? node("identity", "Identity", "", input, row) : last;
    }

    /** A shape with the open size of a batch before it. */
    static ArrayNode batch(long[] row) {
        ArrayNode shape = JsonNodeFactory.instance.arrayNode().addNull();
        for (long size : row) {
            shape.add(size);
        }
        return shape;
    }

    private KerasNode add(String path, Layer layer, KerasNode x) {
        String prefix = path.isEmpty() ? "" : path + "/";
        if (layer instanceof Sequential chain) {
            KerasNode last = x;
            for (int i = 0; i < chain.layers().size(); i++) {
                Layer next = chain.layers().get(i);
                last = add(prefix + i + "." + next.kind(), next, last);
            }
            return last;
        } else if (layer instanceof Residual block) {
            KerasNode through = add(prefix + "body", new Sequential(block.body()), x);
            KerasNode beside = add(prefix + "projection", new Sequential(block.projection()), x);
            String name = name(path) + "_add";
            return new KerasNode(name, KerasNode.LAYERS, "Add", config(name), "", List.of(through, beside), through.out());
        }
        return single(path.isEmpty() ? "0." + layer.kind() : path, path, layer, x);
    }

    /** Names here have dots and strokes, which Keras does not allow everywhere. */
    private static String name(String path) {
        return path.replaceAll("[^A-Za-z0-9]+", "_");
    }

    private KerasNode single(String place, String path, Layer layer, KerasNode x) {
        String name = name(place);
        long[] out = layer.outputShape(x.out());
        if (layer instanceof Dense dense) {
            KerasNode rows = x.out().length == 1 ? x : node(name + "_flatten", "Flatten", "", x, new Flatten().outputShape(x.out()));
            KerasNode node = node(name, "Dense", path, rows, out);
            node.config().put("units", dense.units()).put("activation", "linear").put("use_bias", dense.bias());
            return node;
        } else if (layer instanceof Conv2d conv) {
            return convolution(name, path, conv, x, out);
        } else if (layer instanceof BatchNorm norm) {
            KerasNode node = node(name, "BatchNormalization", path, x, out);
            node.config().put("axis", -1).put("momentum", 1 - norm.momentum()).put("epsilon", norm.epsilon());
            return node;
        } else if (layer instanceof LayerNorm norm) {
            KerasNode node = node(name, "LayerNormalization", path, x, out);
            node.config().put("axis", -1).put("epsilon", norm.epsilon());
            return node;
        } else if (layer instanceof MaxPool2d pool) {
            return pool(node(name, "MaxPooling2D", "", x, out), pool.window(), pool.stride(), pool.padding());
        } else if (layer instanceof AveragePool2d pool) {
            return pool(node(name, "AveragePooling2D", "", x, out), pool.window(), pool.stride(), pool.padding());
        } else if (layer instanceof GlobalAveragePool2d) {
            return node(name, "GlobalAveragePooling2D", "", x, out);
        } else if (layer instanceof Flatten) {
            return node(name, "Flatten", "", x, out);
        } else if (layer instanceof Reshape reshape) {
            KerasNode node = node(name, "Reshape", "", x, out);
            reshape.shape().forEach(node.config().putArray("target_shape")::add);
            return node;
        } else if (layer instanceof Dropout dropout) {
            KerasNode node = node(name, "Dropout", "", x, out);
            node.config().put("rate", dropout.rate());
            return node;
        }
        return function(name, place, layer, x, out);
    }

    private KerasNode convolution(String name, String path, Conv2d conv, KerasNode x, long[] out) {
        if (conv.stride() > 1 && conv.dilation() > 1) {
            throw new IllegalArgumentException(path + ": Keras has no convolution with stride " + conv.stride() + " and dilation "
                    + conv.dilation() + "; one of them must be 1 there");
        }
        KerasNode node = node(name, "Conv2D", path, x, out);
        node.config().put("filters", conv.filters()).put("kernel_size", conv.kernel()).put("strides", conv.stride())
                .put("padding", padding(conv.padding())).put("data_format", "channels_last").put("dilation_rate", conv.dilation())
                .put("activation", "linear").put("use_bias", conv.bias());
        return node;
    }

    private static KerasNode pool(KerasNode node, int window, int stride, Padding padding) {
        node.config().put("pool_size", window).put("strides", stride).put("padding", padding(padding)).put("data_format", "channels_last");
        return node;
    }

    private static String padding(Padding padding) {
        return padding.name().toLowerCase(Locale.ROOT);
    }

    private KerasNode function(String name, String place, Layer layer, KerasNode x, long[] out) {
        if (layer instanceof Relu) {
            return node(name, "ReLU", "", x, out);
        } else if (layer instanceof Elu elu) {
            KerasNode node = node(name, "ELU", "", x, out);
            node.config().put("alpha", elu.alpha());
            return node;
        } else if (layer instanceof LeakyRelu leaky) {
            KerasNode node = leaky.slope() < 0 ? operation(name, "LeakyRelu", x, out) : node(name, "LeakyReLU", "", x, out);
            node.config().put("negative_slope", leaky.slope());
            return node;
        } else if (layer instanceof Gelu gelu && gelu.form() == Gelu.Form.TANH) {
            KerasNode node = operation(name, "Gelu", x, out);
            node.config().put("approximate", true);
            return node;
        } else if (layer instanceof Softmax) {
            KerasNode node = node(name, "Softmax", "", x, out);
            node.config().put("axis", -1);
            return node;
        }
        KerasNode node = node(name, "Activation", "", x, out);
        node.config().put("activation", activation(place, layer));
        return node;
    }

    private static String activation(String place, Layer layer) {
        if (layer instanceof Gelu) {
            return "gelu";
        } else if (layer instanceof Silu) {
            return "silu";
        } else if (layer instanceof Sigmoid) {
            return "sigmoid";
        } else if (layer instanceof Tanh) {
            return "tanh";
        } else if (layer instanceof Softplus) {
            return "softplus";
        }
        throw new IllegalArgumentException(place + " is a layer of the class " + layer.getClass().getName()
                + ", which Keras does not have");
    }

    private KerasNode node(String name, String type, String part, KerasNode x, long[] out) {
        return new KerasNode(name, KerasNode.LAYERS, type, config(name), part, List.of(x), out);
    }

    private static KerasNode operation(String name, String type, KerasNode x, long[] out) {
        return new KerasNode(name, OPERATIONS, type, JsonNodeFactory.instance.objectNode().put("name", name), "", List.of(x), out);
    }

    private ObjectNode config(String name) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("dtype", dtype);
    }
}
