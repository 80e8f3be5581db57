/**
 * States on disk.
 *
 * <p><b>Purpose</b>: keep every committed state whole, find it again, notice any damage, and throw away only what a rule allows.
 * <br><b>Knows</b>: files, force, rename, checksums, versions, retention. <b>Must not know</b>: ND4J and what the numbers mean.
 * <br><b>Read in this order</b>: {@link cairn.checkpoint.format.Checkpoint}, {@link cairn.checkpoint.format.CheckpointInfo},
 * {@link cairn.checkpoint.CheckpointStore}, {@link cairn.checkpoint.InMemoryStore}, {@link cairn.checkpoint.retention.Ranking},
 * {@link cairn.checkpoint.retention.RetentionRule}, {@link cairn.checkpoint.retention.RetentionPolicy}, {@link cairn.checkpoint.retention.RetentionPlan},
 * {@code RetentionText}, {@code Quantity}, {@link cairn.disk.Disk}, {@code AtomicWrite}, {@code StepNames}, {@code Headers},
 * {@link cairn.checkpoint.DirectoryStore}, {@link cairn.checkpoint.RunFolder}; then the bytes (docs/FORMAT.md):
 * {@link cairn.checkpoint.format.Header}, {@code Finite}, {@code HeaderText}, {@code HeaderJson}, {@code HeaderParser}, {@code CheckpointFile};
 * then the tools: {@link cairn.checkpoint.Verification}, {@link cairn.checkpoint.Leftover}, {@link cairn.interop.WeightsExport},
 * {@link cairn.interop.WeightsImport}.
 */
package cairn.checkpoint;
