/**
 * What to do at a step whose loss or gradient is bad.
 *
 * <p><b>Knows</b>: states, recipes, the shadow copies of arrays. <b>Must not know</b>: trainers, batches, runs, the terminal.
 * <br><b>Read</b>: Fault, TrainingFaultException, RecoveryAction, LossWindow, WeightRollback, RecoveryState.
 */
package cairn.recovery;
