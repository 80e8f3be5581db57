/**
 * The layers: each a record with its forward and its backward pass side by side.
 *
 * <p><b>Knows</b>: the contract of nn, the operations of tensor. <b>Must not know</b>: optimizers, data, files.
 * <br><b>Read</b>: Relu, Dense, Dropout, Softmax, Conv2d, MaxPool2d, LayerNorm, BatchNorm, Sequential, Residual.
 */
package cairn.nn.layer;
