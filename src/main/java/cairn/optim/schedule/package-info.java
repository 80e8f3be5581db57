/**
 * Learning-rate schedules: a factor of the base rate as a pure function of the step; and the plateau rule, whose memory is state.
 *
 * <p><b>Knows</b>: steps, epochs, metrics as numbers. <b>Must not know</b>: arrays, layers, data, files.
 * <br><b>Read</b>: LrSchedule, TrainingTime, Constant, StepDecay, Exponential, Polynomial, Cosine, Warmup, OneCycle, Joined; then Plateau,
 * PlateauMemory.
 */
package cairn.optim.schedule;
