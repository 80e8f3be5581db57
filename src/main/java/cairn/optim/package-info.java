/**
 * From gradients to updates: optimizers, clipping, averaged weights.
 *
 * <p><b>Purpose</b>: the published formulas, on whole vectors; a rule's arithmetic stands in the rule's file.
 * <br><b>Knows</b>: theta, grad, lr, t, slots. <b>Must not know</b>: schedules, layers, data, files.
 * <br><b>Read</b>: Optimizer, Sgd with Descent and WeightDecay, Momentum, Nesterov, AdaGrad, RmsProp, Adam with Beta and DirectedDescent, AdamW, AmsGrad,
 * NAdam, Lion; Bounds; then Clipping, ClipValue, ClipNorm; WeightAverage; Require.
 */
package cairn.optim;
