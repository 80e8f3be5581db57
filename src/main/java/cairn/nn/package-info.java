/**
 * Differentiable mathematics: layers with their forward and backward passes side by side, initializers, losses.
 *
 * <p><b>Purpose</b>: describe a network, and wire it: from layers to two flat lists of prepared operations over fixed arrays.
 * <br><b>Knows</b>: x, y, dy, weights, activations. <b>Must not know</b>: optimizers, data, steps, files.
 * <br><b>Read in this order</b>: {@link cairn.nn.Layer} and the layers {@link cairn.nn.layer.Dense}, {@link cairn.nn.layer.Relu},
 * {@link cairn.nn.layer.Sequential}; {@link cairn.nn.init.Initializer} with {@link cairn.nn.init.He}; {@link cairn.nn.Loss} with
 * {@link cairn.nn.loss.MeanSquaredError}, {@link cairn.nn.loss.SoftmaxCrossEntropy}; how they become operations in {@link cairn.nn.Wiring},
 * {@link cairn.nn.Edge}, {@link cairn.nn.Network}, {@link cairn.nn.Program}; then the harder layers {@link cairn.nn.layer.Dropout} (chance),
 * {@link cairn.nn.layer.Conv2d} (images), {@link cairn.nn.layer.BatchNorm} (state beside the parameters), {@link cairn.nn.layer.Residual} (layers of
 * layers). The other layers, initializers and losses are each one file of the same form.
 */
package cairn.nn;
