package cairn.nn;

import cairn.tensor.Array;

/**
 * What a layer of a wired network gives.
 *
 * @param path the layer's, as its parameters' begin
 * @param y its output [batch, ...], which holds the numbers of the last forward pass
 */
public record Activation(String path, Layer layer, Array y) {
}
