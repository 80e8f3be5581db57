/**
 * Time travel: reaches any step of a training again from the nearest snapshot, by making the updates after it again. Proofs and searches
 * are built on this.
 *
 * <p><b>Knows</b>: trainers, runs, checkpoints, journals. <b>Must not know</b>: the terminal.
 * <br><b>Read</b>: SnapshotSource, EvictionPolicy, SnapshotBuffer, ReplayPath, ReplayListener, ForwardingListener, Replay, RecordCheck,
 * RunReplay, Rollback, Proof, Condition, Bisection.
 */
package cairn.replay;
