package cairn.interop.onnx;

import static cairn.interop.onnx.NodeLayers.require;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import cairn.interop.onnx.Layouts.Order;
import cairn.interop.onnx.NodeLayers.Step;
import cairn.nn.Layer;
import cairn.nn.init.He;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Reshape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** From one node over images to the layer that it is. */
final class ImageLayers {
    private final Layouts layouts;
    private final WeightNodes weights;

    ImageLayers(Layouts layouts, WeightNodes weights) {
        this.layouts = layouts;
        this.weights = weights;
    }

    /** See {@link NodeLayers#step}; {@code axes} are those that the node states, {@code pixels} those of height and width. */
    Step step(GraphNode node, Place p, long[] axes, long[] pixels) {
        return switch (node.op()) {
            case "BatchNormalization" -> batchNorm(node, p);
            case "ReduceMean" -> {
                require(Arrays.equals(axes, pixels) && p.row().length == 3, "axes " + Arrays.toString(axes)
                        + "; expected those of the height and the width of an image");
                boolean isKept = node.integer("keepdims", 1) != 0;
                yield Step.of(new GlobalAveragePool2d(), new Place(node.output(), new long[] {p.row()[2]}, isKept, false));
            }
            case "Conv", "MaxPool", "AveragePool", "GlobalAveragePool" -> ofImage(node, p);
            default -> throw new IllegalArgumentException("is not known here");
        };
    }

    /** A row that was pooled to one pixel becomes an image again. */
    private Step ofImage(GraphNode node, Place p) {
        if (!p.isPooled()) {
            return window(node, p);
        }
        long[] image = {1, 1, p.row()[0]};
        Step step = window(node, p.with(p.value(), image));
        List<Layer> layers = new ArrayList<>(List.of(Reshape.of(1, 1, Math.toIntExact(image[2]))));
        layers.addAll(step.layers());
        return new Step(layers, step.after(), step.module());
    }

    private Step window(GraphNode node, Place p) {
        require(p.row().length == 3 && layouts.of(p.value()) == Order.CHANNELS_FIRST, "takes rows of shape " + Arrays.toString(p.row())
                + "; expected images");
        if (node.op().equals("GlobalAveragePool")) {
            return Step.of(new GlobalAveragePool2d(), new Place(node.output(), new long[] {p.row()[2]}, true, false));
        }
        Optional<FileModule> module = node.op().equals("Conv") ? Optional.of(conv(node, p)) : Optional.empty();
        long[] kernel = module.flatMap(m -> weights.tensor(m, "weight")).map(FileTensor::shape).orElse(new long[0]);
        Windows w = new Windows(node, kernel.length == 4 ? Arrays.copyOfRange(kernel, 2, 4) : kernel);
        require(w.problems().isEmpty(), String.join("; ", w.problems()));
        Padding padding = w.padding(p.row()).orElseThrow(() -> new IllegalArgumentException("pads " + Arrays.toString(w.given(p.row()))
                + " of a window of " + w.size() + " with stride " + w.stride() + (w.dilation() > 1 ? " and dilation " + w.dilation() : "")
                + " over " + p.row()[0] + " x " + p.row()[1] + " pixels; expected " + Arrays.toString(w.pads(p.row(), Padding.SAME))
                + " (same) or none (valid)"));
        require(!w.reachesBeyond(p.row()), "ceil_mode makes a last window that reaches beyond the image");
        Layer layer = switch (node.op()) {
            case "Conv" -> new Conv2d(Math.toIntExact(kernel[0]), w.size(), w.stride(), padding, w.dilation(),
                    module.orElseThrow().tensors().containsKey("bias"), new He());
            case "MaxPool" -> {
                require(w.dilation() == 1, "dilations of a pool");
                yield new MaxPool2d(w.size(), w.stride(), padding);
            }
            default -> {
                require(w.dilation() == 1, "dilations of a pool");
                require(padding == Padding.VALID || node.integer("count_include_pad", 0) == 0, "counts pixels of the padding");
                yield new AveragePool2d(w.size(), w.stride(), padding);
            }
        };
        return new Step(List.of(layer), p.with(node.output(), layer.outputShape(p.row())), module);
    }

    /** See {@link NodeLayers#beyond}. */
    Optional<Place> beyond(GraphNode node, Place p) {
        boolean isConv = node.op().equals("Conv");
        long[] kernel = isConv ? weights.shape(node.input(1)) : new long[0];
        if (p.row().length != 3 || isConv && kernel.length != 4 || !isConv && !node.op().endsWith("Pool") || !node.has("kernel_shape")) {
            return Optional.empty();
        }
        return new Windows(node).output(p.row()).map(size -> p.with(node.output(),
                new long[] {size[0], size[1], isConv ? kernel[0] : p.row()[2]}));
    }

    private FileModule conv(GraphNode node, Place p) {
        require(node.integer("group", 1) == 1, "group " + node.integer("group", 1) + "; expected 1");
        FileModule module = weights.of(node).filter(m -> m.kind() == FileModule.Kind.CONV2D)
                .orElseThrow(() -> new IllegalArgumentException("computes with other tensors than a conv2d layer"));
        long[] kernel = weights.tensor(module, "weight").orElseThrow().shape();
        require(kernel[1] == p.row()[2], "has a kernel " + Arrays.toString(kernel) + " for " + p.row()[2] + " channels");
        requireShape(module, "bias", kernel[0], true);
        long[] stated = node.integers("kernel_shape", kernel[2], kernel[3]);
        require(Arrays.equals(stated, Arrays.copyOfRange(kernel, 2, 4)), "kernel_shape " + Arrays.toString(stated) + " of a kernel "
                + Arrays.toString(kernel));
        return module;
    }

    private Step batchNorm(GraphNode node, Place p) {
        require(node.integer("training_mode", 0) == 0, "normalizes by the batch also in an evaluation (training_mode)");
        FileModule module = weights.of(node).filter(m -> m.kind() == FileModule.Kind.BATCH_NORM)
                .orElseThrow(() -> new IllegalArgumentException("computes with other tensors than a batch-norm layer"));
        require(p.row().length == 1 || layouts.of(p.value()) == Order.CHANNELS_FIRST,
                "normalizes another dimension than that of the channels");
        long channels = p.row()[p.row().length - 1];
        for (String parameter : List.of("gamma", "beta", "running-mean", "running-var")) {
            requireShape(module, parameter, channels, false);
        }
        return new Step(List.of(batchNorm(NodeLayers.share(node), node.real("epsilon", 1e-5))), p.at(node.output()), Optional.of(module));
    }

    private void requireShape(FileModule module, String parameter, long size, boolean mayBeMissing) {
        Optional<FileTensor> tensor = weights.tensor(module, parameter);
        boolean isSound = tensor.isEmpty() ? mayBeMissing : Arrays.equals(tensor.get().shape(), new long[] {size});
        require(isSound, "has no " + parameter + " of shape [" + size + "]");
    }

    /** A momentum that is no share, such as 0, is of no use in a training here; then the default is taken. */
    BatchNorm batchNorm(double momentum, double epsilon) {
        return new BatchNorm(momentum > 0 && momentum <= 1 ? momentum : 0.1, epsilon);
    }
}
