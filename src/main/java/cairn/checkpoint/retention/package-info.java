/**
 * Which checkpoints to keep: rules that are pure functions of a list, and the disk space that they take.
 *
 * <p><b>Knows</b>: names, steps, sizes and metrics of checkpoints. <b>Must not know</b>: files, folders, training.
 * <br><b>Read</b>: Ranking, RetentionRule, RetentionPolicy, RetentionPlan, Quantity, RetentionText, DiskDemand.
 */
package cairn.checkpoint.retention;
