/**
 * Learning-rate schedules: a factor of the base rate as a pure function of the step; and the plateau rule, whose memory is state.
 *
 * <p><b>Knows</b>: steps. <b>Must not know</b>: layers, data, files.
 * <br><b>Read</b>: LrSchedule, TrainingTime, Constant, StepDecay, Exponential, Polynomial, Cosine, Warmup, OneCycle, Joined,
 * Plateau.
 */
package cairn.optim.schedule;
