/**
 * The bytes of a checkpoint: one safetensors file with a checked header.
 *
 * <p><b>Knows</b>: states. <b>Must not know</b>: folders, training, retention.
 * <br><b>Read</b>: StepNames, Checkpoint, CheckpointInfo, Header, HeaderText, HeaderJson, HeaderParser, CheckpointFile, Finite,
 * FileSize.
 */
package cairn.checkpoint.format;
