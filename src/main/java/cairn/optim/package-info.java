/**
 * From gradients to updates.
 *
 * <p><b>Purpose</b>: optimizers, learning-rate schedules, clipping, averaged weights: the published formulas, on whole vectors.
 * <br><b>Knows</b>: theta, grad, lr, t, slots. <b>Must not know</b>: layers, data, files.
 * <br><b>Read in this order</b>: {@link cairn.optim.Optimizer}, {@link cairn.optim.Span}, {@link cairn.optim.LrSchedule}.
 */
package cairn.optim;
