package cairn.nn;

import cairn.tensor.Array;

/**
 * The output of a layer of a wired network.
 *
 * @param path the layer's path, with which the names of its parameters begin
 * @param y the output [batch, ...] of the last forward pass
 */
public record Activation(String path, Layer layer, Array y) {
}
