package cairn.interop.file;

import java.util.Map;

/**
 * Tensors of a file that belong to one layer.
 *
 * @param name its name in the file, such as {@code features.0} or {@code layers/conv2d}
 * @param kind what kind of layer it is, as far as its tensors tell
 * @param order in which order its numbers stand
 * @param tensors the names in the file, by the names that the tensors have here: weight and bias; gamma, beta, running-mean and
 *     running-var
 */
public record FileModule(String name, Kind kind, TensorOrder order, Map<String, String> tensors) {

    /** Kinds of layers that have tensors. */
    public enum Kind {
        DENSE("dense"), CONV2D("conv2d"), BATCH_NORM("batch-norm"), LAYER_NORM("layer-norm"),
        /** None that there is here, or one that its tensors do not tell. */
        OTHER("");

        private final String layer;

        Kind(String layer) {
            this.layer = layer;
        }

        /** The kind of the layer here; empty if there is none. */
        public String layer() {
            return layer;
        }
    }
}
