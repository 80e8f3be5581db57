/**
 * From gradients to updates.
 *
 * <p><b>Purpose</b>: optimizers, learning-rate schedules, clipping, averaged weights: the published formulas, on whole vectors.
 * <br><b>Knows</b>: theta, grad, lr, t, slots; of the state room only how to declare what is remembered. <b>Must not know</b>:
 * layers, data, files.
 * <br><b>Read in this order</b>: {@link cairn.optim.Optimizer}, {@link cairn.optim.Sgd} with {@code Descent} and
 * {@code WeightDecay}, {@link cairn.optim.Momentum}, {@link cairn.optim.Nesterov}, {@link cairn.optim.AdaGrad},
 * {@link cairn.optim.RmsProp}, {@link cairn.optim.Adam} with {@code Beta}, {@link cairn.optim.AdamW}, {@link cairn.optim.AmsGrad},
 * {@link cairn.optim.NAdam}, {@link cairn.optim.Lion}; {@link cairn.optim.Span}, {@link cairn.optim.LrSchedule},
 * {@link cairn.optim.Constant}, {@link cairn.optim.StepDecay}, {@link cairn.optim.Exponential}, {@link cairn.optim.Polynomial},
 * {@link cairn.optim.Cosine}, {@link cairn.optim.OneCycle}, {@link cairn.optim.Warmup}, {@link cairn.optim.Joined};
 * {@link cairn.optim.Plateau}, {@link cairn.optim.PlateauMemory}; {@link cairn.optim.Clipping}, {@link cairn.optim.ClipValue},
 * {@link cairn.optim.ClipNorm}; {@link cairn.optim.WeightAverage}.
 */
package cairn.optim;
