/**
 * The bytes of a checkpoint: one safetensors file with a checked header. docs/FORMAT.md describes them.
 *
 * <p><b>Knows</b>: states, checksums, versions. <b>Must not know</b>: folders, training, retention.
 * <br><b>Read</b>: StepNames, Checkpoint, CheckpointInfo, Header, Finite, Sums, HeaderText, HeaderJson, HeaderParser, KnownHeader,
 * CheckpointFile, CheckpointScan, LentCheckpoint, InfoReader, FileSize; the exceptions: CheckpointException, DamagedCheckpointException, UnsupportedVersionException.
 */
package cairn.checkpoint.format;
