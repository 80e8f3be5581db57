/**
 * What to do at a step whose loss or gradient is bad: skip its batch, go back to earlier weights, lower the learning rate, or stop.
 *
 * <p><b>Knows</b>: states, recipes, shadow copies of arrays. <b>Must not know</b>: trainers, batches, runs, the terminal.
 * <br><b>Read</b>: Fault, TrainingFaultException, RecoveryAction, LossWindow, Redo, WeightRollback, RecoveryState.
 */
package cairn.recovery;
