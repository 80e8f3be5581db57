/**
 * From gradients to updates.
 *
 * <p><b>Purpose</b>: optimizers, learning-rate schedules, clipping, averaged weights: the published formulas, on whole vectors.
 * <br><b>Knows</b>: theta, grad, lr, t, slots; of the state room only how to declare what is remembered. <b>Must not know</b>:
 * layers, data, files.
 * <br><b>Read in this order</b>: {@link cairn.optim.Optimizer}, {@link cairn.optim.Sgd} with {@code Descent} and
 * {@code WeightDecay}, {@link cairn.optim.Momentum}, {@link cairn.optim.Nesterov}, {@link cairn.optim.AdaGrad},
 * {@link cairn.optim.RmsProp}, {@link cairn.optim.Adam} with {@code Beta}, {@link cairn.optim.AdamW}, {@link cairn.optim.AmsGrad},
 * {@link cairn.optim.NAdam}, {@link cairn.optim.Lion}; {@link cairn.optim.schedule.TrainingTime}, {@link cairn.optim.schedule.LrSchedule},
 * {@link cairn.optim.schedule.Constant}, {@link cairn.optim.schedule.StepDecay}, {@link cairn.optim.schedule.Exponential}, {@link cairn.optim.schedule.Polynomial},
 * {@link cairn.optim.schedule.Cosine}, {@link cairn.optim.schedule.OneCycle}, {@link cairn.optim.schedule.Warmup}, {@link cairn.optim.schedule.Joined};
 * {@link cairn.optim.schedule.Plateau}, {@link cairn.optim.schedule.PlateauMemory}; {@link cairn.optim.Clipping}, {@link cairn.optim.ClipValue},
 * {@link cairn.optim.ClipNorm}; {@link cairn.optim.WeightAverage}.
 */
package cairn.optim;
