package cairn.interop.torch;

import static cairn.interop.torch.TorchNode.leaf;
import static cairn.interop.torch.TorchNode.sequence;

import cairn.interop.file.ModelPart;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The modules of PyTorch that compute what a model of here computes. Layer number i of a model is module number i of an
 * {@code nn.Sequential}; a layer that takes several modules is an {@code nn.Sequential} itself. Images are [channels, height, width] there,
 * and an image that is flattened has its numbers in that order.
 *
 * <p>What {@code torch.nn} lacks are the classes of {@link TorchCode}: Residual, ChannelsLast, ChannelsFirst, Reshape, EdgeAverage.
 */
final class TorchModel {
    private final Map<String, ModelPart> parts;

    private TorchModel(Map<String, ModelPart> parts) {
        this.parts = parts;
    }

    /** @throws IllegalArgumentException naming the layer, if it is a class of a user's own, or takes rows that its module does not */
    static TorchNode of(Layer model, long[] row) {
        Map<String, ModelPart> parts = ModelPart.of(model, row).stream().collect(Collectors.toMap(ModelPart::name, p -> p));
        TorchModel torch = new TorchModel(parts);
        List<TorchNode> modules = new ArrayList<>();
        long[] image = model instanceof Sequential chain ? torch.chain("", chain.layers(), new long[0], modules)
                : torch.add("", model, new long[0], modules);
        if (image.length > 0 && image[2] > 1 && image[0] * image[1] > 1) {
            modules.add(inOrder(image));
        }
        return TorchNode.chain("nn.Sequential", modules);
    }

    /** Adds the modules of layers; returns the image that their output is a flattened one of. */
    private long[] chain(String prefix, List<Layer> layers, long[] image, List<TorchNode> modules) {
        long[] flat = image;
        for (int i = 0; i < layers.size(); i++) {
            flat = add((prefix.isEmpty() ? "" : prefix + "/") + i + "." + layers.get(i).kind(), layers.get(i), flat, modules);
        }
        return flat;
    }

    private long[] add(String name, Layer layer, long[] image, List<TorchNode> modules) {
        if (layer instanceof Sequential inner) {
            List<TorchNode> ofInner = new ArrayList<>();
            long[] flat = chain(name, inner.layers(), image, ofInner);
            modules.add(TorchNode.chain("nn.Sequential", ofInner));
            return flat;
        } else if (layer instanceof Residual block) {
            return residual(name, block, image, modules);
        }
        ModelPart part = parts.get(name);
        try {
            modules.add(module(part));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("PyTorch has no modules for " + (name.isEmpty() ? layer.kind() : name) + ": "
                    + e.getMessage(), e);
        }
        return part.flattened();
    }

    private long[] residual(String name, Residual block, long[] image, List<TorchNode> modules) {
        List<TorchNode> body = new ArrayList<>();
        List<TorchNode> projection = new ArrayList<>();
        String prefix = name.isEmpty() ? "" : name + "/";
        long[] flat = chain(prefix + "body", block.body(), image, body);
        long[] beside = chain(prefix + "projection", block.projection(), image, projection);
        boolean areAlike = Arrays.equals(flat, beside);
        // A sum of numbers in two orders would be wrong, so both get the order here.
        if (!areAlike && flat.length > 0) {
            body.add(inOrder(flat));
        }
        if (!areAlike && beside.length > 0) {
            projection.add(inOrder(beside));
        }
        Map<String, TorchNode> both = new LinkedHashMap<>();
        both.put("body", TorchNode.chain("nn.Sequential", body));
        both.put("projection", projection.isEmpty() ? leaf("nn.Identity") : TorchNode.chain("nn.Sequential", projection));
        modules.add(new TorchNode("Residual", "", both, Optional.empty()));
        return areAlike ? flat : new long[0];
    }

    /** Turns a flattened image into the order (height, width, channel). */
    private static TorchNode inOrder(long[] image) {
        return leaf("Reshape", tuple(image[0] * image[1] * image[2]), "image=" + tuple(image));
    }

    private static TorchNode module(ModelPart part) {
        Layer layer = part.layer();
        long[] in = part.in();
        if (layer instanceof Dense dense) {
            long inputs = LongStream.of(in).reduce(1, Math::multiplyExact);
            TorchNode linear = leaf("nn.Linear", inputs, dense.units(), "bias=" + bool(dense.bias())).of(part);
            return in.length == 1 ? linear : sequence(leaf("nn.Flatten"), linear);
        } else if (layer instanceof Conv2d conv) {
            return convolution(conv, in, part);
        } else if (layer instanceof MaxPool2d pool) {
            Pads pads = Pads.of(pool.padding(), in, pool.window(), pool.stride());
            return pads.areEven() ? leaf("nn.MaxPool2d", pool.window(), pool.stride(), "padding=" + pads.even())
                    : sequence(leaf("nn.ConstantPad2d", pads.sides(), "float(\"-inf\")"),
                            leaf("nn.MaxPool2d", pool.window(), pool.stride()));
        } else if (layer instanceof AveragePool2d pool) {
            Pads pads = Pads.of(pool.padding(), in, pool.window(), pool.stride());
            return pads.areEven() ? leaf("nn.AvgPool2d", pool.window(), pool.stride(), "padding=" + pads.even(), "count_include_pad=False")
                    : leaf("EdgeAverage", pool.window(), pool.stride(), pads.sides());
        } else if (layer instanceof GlobalAveragePool2d) {
            return sequence(leaf("nn.AdaptiveAvgPool2d", 1), leaf("nn.Flatten"));
        } else if (layer instanceof BatchNorm || layer instanceof LayerNorm) {
            return norm(layer, in, part);
        } else if (layer instanceof Flatten || layer instanceof Reshape) {
            return reshape(part);
        } else if (layer instanceof Softmax) {
            return leaf("nn.Softmax", "dim=" + (in.length == 3 ? 1 : -1));
        }
        return elementwise(layer);
    }

    private static TorchNode convolution(Conv2d conv, long[] in, ModelPart part) {
        Pads pads = Pads.of(conv.padding(), in, (conv.kernel() - 1) * conv.dilation() + 1, conv.stride());
        TorchNode module = leaf("nn.Conv2d", in[2], conv.filters(), conv.kernel(), "stride=" + conv.stride(),
                "padding=" + (pads.areEven() ? pads.even() : "0"), "dilation=" + conv.dilation(), "bias=" + bool(conv.bias())).of(part);
        return pads.areEven() ? module : sequence(leaf("nn.ZeroPad2d", pads.sides()), module);
    }

    /** Both normalize by the last dimension here. In a batch norm of PyTorch that is the one after the batch, in a layer norm the last. */
    private static TorchNode norm(Layer layer, long[] in, ModelPart part) {
        long size = in[in.length - 1];
        if (in.length > 3) {
            throw new IllegalArgumentException("its rows have " + in.length + " dimensions");
        } else if (layer instanceof LayerNorm norm) {
            TorchNode module = leaf("nn.LayerNorm", size, "eps=" + TorchNode.number(norm.epsilon())).of(part);
            return in.length == 3 ? TorchNode.chain("ChannelsLast", List.of(module)) : module;
        }
        BatchNorm norm = (BatchNorm) layer;
        TorchNode module = leaf(in.length == 3 ? "nn.BatchNorm2d" : "nn.BatchNorm1d", size, "eps=" + TorchNode.number(norm.epsilon()),
                "momentum=" + TorchNode.number(norm.momentum())).of(part);
        return in.length == 2 ? TorchNode.chain("ChannelsFirst", List.of(module)) : module;
    }

    private static TorchNode reshape(ModelPart part) {
        long[] out = part.out();
        boolean isImage = part.in().length == 3;
        if (out.length == 1 && (isImage || part.in().length == 1 || part.layer() instanceof Flatten)) {
            return part.in().length == 1 ? leaf("nn.Identity") : leaf("nn.Flatten");
        } else if (isImage && Arrays.equals(out, part.in())) {
            return leaf("nn.Identity");
        }
        return part.image().length > 0 && part.in().length == 1 ? leaf("Reshape", tuple(out), "image=" + tuple(part.image()))
                : leaf("Reshape", tuple(out));
    }

    private static TorchNode elementwise(Layer layer) {
        if (layer instanceof Relu) {
            return leaf("nn.ReLU");
        } else if (layer instanceof Sigmoid) {
            return leaf("nn.Sigmoid");
        } else if (layer instanceof Tanh) {
            return leaf("nn.Tanh");
        } else if (layer instanceof Softplus) {
            // PyTorch's is linear above a threshold. From 40 on that is exact; its default, 20, is not.
            return leaf("nn.Softplus", "threshold=40");
        } else if (layer instanceof Silu) {
            return leaf("nn.SiLU");
        } else if (layer instanceof Elu elu) {
            return leaf("nn.ELU", elu.alpha());
        } else if (layer instanceof LeakyRelu leaky) {
            return leaf("nn.LeakyReLU", leaky.slope());
        } else if (layer instanceof Gelu gelu) {
            return gelu.form() == Gelu.Form.TANH ? leaf("nn.GELU", "approximate=\"tanh\"") : leaf("nn.GELU");
        } else if (layer instanceof Dropout dropout) {
            return leaf("nn.Dropout", dropout.rate());
        }
        throw new IllegalArgumentException("it is a class of your own, " + layer.getClass().getName());
    }

    private static String tuple(long... numbers) {
        return "(" + LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining(", ")) + (numbers.length == 1 ? ",)" : ")");
    }

    private static String bool(boolean value) {
        return value ? "True" : "False";
    }

    /** Pixels around an image. */
    private record Pads(long top, long bottom, long left, long right) {

        /** @param reach pixels from the first to the last of a window */
        static Pads of(Padding padding, long[] in, long reach, long stride) {
            long height = padding == Padding.SAME ? missing(in[0], reach, stride) : 0;
            long width = padding == Padding.SAME ? missing(in[1], reach, stride) : 0;
            // An odd pixel is at the end.
            return new Pads(height / 2, height - height / 2, width / 2, width - width / 2);
        }

        private static long missing(long size, long reach, long stride) {
            return Math.max(0, ((size + stride - 1) / stride - 1) * stride + reach - size);
        }

        boolean areEven() {
            return top == bottom && left == right;
        }

        String even() {
            return tuple(top, left);
        }

        String sides() {
            return tuple(left, right, top, bottom);
        }
    }
}
