/**
 * Differentiable mathematics: layers with their forward and backward passes side by side, initializers, losses.
 *
 * <p><b>Purpose</b>: describe a network, and wire it: from layers to two flat lists of prepared operations over fixed arrays.
 * <br><b>Knows</b>: x, y, dy, weights, activations. <b>Must not know</b>: optimizers, data, steps, files.
 * <br><b>Read in this order</b>: {@link cairn.nn.Layer} and the layers {@link cairn.nn.Dense}, {@link cairn.nn.Relu},
 * {@link cairn.nn.Sequential}; {@link cairn.nn.Initializer} with {@link cairn.nn.He}; {@link cairn.nn.Loss} with
 * {@link cairn.nn.MeanSquaredError}, {@link cairn.nn.SoftmaxCrossEntropy}; how they become operations in {@link cairn.nn.Wiring},
 * {@link cairn.nn.Flow}, {@link cairn.nn.Network}, {@link cairn.nn.Wired}; then the harder layers {@link cairn.nn.Dropout} (chance),
 * {@link cairn.nn.Conv2d} (images), {@link cairn.nn.BatchNorm} (state beside the parameters), {@link cairn.nn.Residual} (layers of
 * layers). The other layers, initializers and losses are each one file of the same form.
 */
package cairn.nn;
