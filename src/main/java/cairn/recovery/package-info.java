/**
 * What to do at a step whose loss or gradient is bad.
 *
 * <p><b>Knows</b>: states, recipes, shadow copies of arrays. <b>Must not know</b>: trainers, batches, runs, the terminal.
 * <br><b>Read</b>: {@link cairn.recovery.Fault}, {@link cairn.recovery.TrainingFaultException}, {@link cairn.recovery.RecoveryAction},
 * {@link cairn.recovery.LossWindow}, {@link cairn.recovery.WeightRollback}, {@link cairn.recovery.RecoveryState}.
 */
package cairn.recovery;
