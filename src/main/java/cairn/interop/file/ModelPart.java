package cairn.interop.file;

import cairn.nn.Buffer;
import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer of a model that is no container, with the rows that reach it.
 *
 * @param name its path in the model, such as {@code 0.conv2d} or {@code 3.residual/body/0.dense}
 * @param in the shape of a row of its input
 * @param image if its input is an image whose numbers stand in one dimension, or is taken so by a dense layer, the shape of the image
 *     [height, width, channels]; otherwise empty
 */
public record ModelPart(String name, Layer layer, long[] in, long[] image) {
    private static final long[] NONE = {};

    /** All of {@code model}, in the order in which they compute; of a residual block the body comes before the projection. */
    public static List<ModelPart> of(Layer model, long[] row) {
        List<ModelPart> parts = new ArrayList<>();
        walk("", model, row, NONE, parts);
        return List.copyOf(parts);
    }

    /** Adds the parts of {@code layer}; returns the image that its output is a flattened one of. */
    private static long[] walk(String name, Layer layer, long[] in, long[] image, List<ModelPart> parts) {
        String prefix = name.isEmpty() ? "" : name + "/";
        if (layer instanceof Sequential chain) {
            long[] shape = in;
            long[] flat = image;
            for (int i = 0; i < chain.layers().size(); i++) {
                Layer next = chain.layers().get(i);
                flat = walk(prefix + i + "." + next.kind(), next, shape, flat, parts);
                shape = next.outputShape(shape);
            }
            return flat;
        } else if (layer instanceof Residual block) {
            long[] flat = walk(prefix + "body", new Sequential(block.body()), in, image, parts);
            long[] beside = walk(prefix + "projection", new Sequential(block.projection()), in, image, parts);
            return Arrays.equals(flat, beside) ? flat : NONE;
        }
        ModelPart part = new ModelPart(name, layer, in, in.length == 3 && layer instanceof Dense ? in : image);
        parts.add(part);
        return part.flattened();
    }

    /** If its output is an image whose numbers stand in one dimension, the shape of the image; otherwise empty. */
    public long[] flattened() {
        boolean isImage = in.length == 3;
        if (layer instanceof Flatten || layer instanceof Reshape && layer.outputShape(in).length == 1) {
            return isImage ? in : image;
        }
        return !isImage && Arrays.equals(layer.outputShape(in), in) && !(layer instanceof Dense) ? image : NONE;
    }

    /** The shape of a row of its output. */
    public long[] out() {
        return layer.outputShape(in);
    }

    /** The tensors that it trains and those that it keeps beside them, by name, with their shapes. */
    public Map<String, long[]> tensors() {
        Map<String, long[]> tensors = new LinkedHashMap<>();
        for (Parameter p : layer.parameters(in)) {
            tensors.put(p.name(), p.shape());
        }
        for (Buffer b : layer.buffers(in)) {
            tensors.put(b.name(), b.shape());
        }
        return tensors;
    }
}
