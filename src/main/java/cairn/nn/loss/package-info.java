/**
 * The losses: each gives one number for each row, and the gradient with respect to the model's output.
 *
 * <p><b>Knows</b>: the contract of nn, the operations of tensor. <b>Must not know</b>: optimizers, data, files.
 * <br><b>Read</b>: MeanSquaredError, MeanAbsoluteError, Huber, SigmoidCrossEntropy, SoftmaxCrossEntropy.
 */
package cairn.nn.loss;
