/**
 * Differentiable mathematics: the contracts of layers and losses, and how a model becomes a program.
 *
 * <p><b>Purpose</b>: describe a network, and wire it: from layers to two flat lists of prepared operations over fixed arrays.
 * <br><b>Knows</b>: x, y, dy, weights, activations. <b>Must not know</b>: optimizers, data, steps, files.
 * <br><b>Read</b>: Layer with Parameter and Buffer, Loss; Wiring with WiringCheck, LossWiring, Edge, Graph, Activation; Network, Frozen,
 * Program. The layers, losses and initializers are in {@code nn.layer}, {@code nn.loss} and {@code nn.init}.
 */
package cairn.nn;
