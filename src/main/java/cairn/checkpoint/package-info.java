/**
 * Checkpoints on disk: every committed state stays whole, is found again, and any damage is noticed.
 *
 * <p><b>Knows</b>: folders, steps, locks, retention. <b>Must not know</b>: ND4J, what the numbers mean, runs.
 * <br><b>Read</b>: CheckpointStore, Look, InMemoryStore, CheckpointFiles, DirectoryStore, NotDeterministicException; RunFolder, Leftover,
 * UnfinishedRun, SplitOffRun, Verification. The bytes are in {@code checkpoint.format}, what to keep in {@code checkpoint.retention}.
 */
package cairn.checkpoint;
