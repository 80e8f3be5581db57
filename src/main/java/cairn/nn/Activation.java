package cairn.nn;

import cairn.tensor.Array;
import java.util.function.Supplier;

/**
 * The output of a layer of a wired network.
 *
 * @param path the layer's path, with which the names of its parameters begin
 * @param output gives the output; it may have to compute it first
 */
public record Activation(String path, Layer layer, Supplier<Array> output) {

    /** The output [batch, ...] of the last forward pass. Valid until the next one. */
    public Array y() {
        return output.get();
    }
}
