/**
 * The layers: each is a record with its forward and its backward pass side by side.
 *
 * <p><b>Knows</b>: the contract of nn, the operations of tensor. <b>Must not know</b>: optimizers, data, files.
 * <br><b>Read</b>: Relu, Dense, Sequential; Sigmoid, Tanh, Softplus, Silu, Elu, LeakyRelu, Gelu, Softmax; Dropout (random numbers);
 * Flatten, Reshape; Conv2d with Padding and Image, Pool2d with MaxPool2d and AveragePool2d, GlobalAveragePool2d; LayerNorm, BatchNorm
 * (state beside the parameters), Residual (layers of layers); Neighbours (layers that are computed together).
 */
package cairn.nn.layer;
