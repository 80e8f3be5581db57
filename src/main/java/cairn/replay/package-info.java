/**
 * Any step of a training again: from the nearest snapshot, by training the steps in between once more; and proofs built on it.
 *
 * <p><b>Knows</b>: trainers, runs, checkpoints, journals. <b>Must not know</b>: the terminal.
 * <br><b>Read</b>: SnapshotSource, SnapshotBuffer, EvictionPolicy, Replay, RunReplay, Proof, Condition, Bisection.
 */
package cairn.replay;
