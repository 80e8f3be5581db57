/**
 * Which checkpoints to keep: rules that are pure functions of a list, and the disk space that they ask for.
 *
 * <p><b>Knows</b>: names, steps and metrics of checkpoints. <b>Must not know</b>: files, folders, training.
 * <br><b>Read</b>: Ranking, RetentionRule, RetentionPolicy, RetentionText, RetentionPlan, Quantity, DiskDemand.
 */
package cairn.checkpoint.retention;
