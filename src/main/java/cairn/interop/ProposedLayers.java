package cairn.interop;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The layers whose shapes fit the modules of a file that describes no model. What has no tensors is not in such a file: activations, pooling,
 * strides, padding, dropout, and where an image is flattened.
 */
public final class ProposedLayers {

    /**
     * A layer that fits a module.
     *
     * @param module its name in the file
     * @param layer as a recipe writes it; empty if there is no such layer here
     * @param tensors of the module, with their shapes in the file
     */
    public record Proposal(String module, String layer, String tensors) {
    }

    private ProposedLayers() {
    }

    /** One for each module, in the order of the file. */
    public static List<Proposal> of(TensorFile file) {
        List<Proposal> all = new ArrayList<>();
        for (FileModule module : file.modules()) {
            List<String> tensors = module.tensors().values().stream().map(name -> name.substring(name.lastIndexOf('.') + 1) + " "
                    + Arrays.toString(file.tensors().get(name).shape()).replace(" ", "")).toList();
            all.add(new Proposal(module.name(), layer(module, file), String.join(", ", tensors)));
        }
        return all;
    }

    private static String layer(FileModule module, TensorFile file) {
        FileTensor weight = file.tensors().get(module.tensors().getOrDefault("weight", ""));
        String bias = module.tensors().containsKey("bias") ? "" : ", bias: false";
        return switch (module.kind()) {
            case DENSE -> "dense: {units: " + own(module, weight, 1) + bias + "}";
            case CONV2D -> own(module, weight, 0) == own(module, weight, 1)
                    ? "conv2d: {filters: " + own(module, weight, 3) + ", kernel: " + own(module, weight, 0) + bias + "}" : "";
            case BATCH_NORM, LAYER_NORM -> module.kind().layer();
            case OTHER -> "";
        };
    }

    /** The size of a dimension in the order of here. */
    private static long own(FileModule module, FileTensor weight, int axis) {
        long[] shape = weight.shape();
        TensorOrder order = module.order();
        if (shape.length == 2) {
            return shape[order.denseOutputsFirst() ? 1 - axis : axis];
        }
        return shape[order.kernelOutputsFirst() ? new int[] {2, 3, 1, 0}[axis] : axis];
    }
}
