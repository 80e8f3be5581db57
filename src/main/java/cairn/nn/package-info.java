/**
 * Differentiable mathematics: layers with their forward and backward passes side by side, initializers, losses.
 *
 * <p><b>Purpose</b>: describe a network, and wire it: from layers to two flat lists of prepared operations over fixed arrays.
 * <br><b>Knows</b>: x, y, dy, weights, activations. <b>Must not know</b>: optimizers, data, steps, files.
 * <br><b>Read in this order</b>: {@link cairn.nn.Layer}, {@link cairn.nn.Dense}, {@link cairn.nn.Relu},
 * {@link cairn.nn.Sequential}, {@link cairn.nn.Initializer}, {@link cairn.nn.Loss}, {@link cairn.nn.SoftmaxCrossEntropy},
 * {@link cairn.nn.Wiring}, {@link cairn.nn.Network}, {@link cairn.nn.Wired}.
 */
package cairn.nn;
