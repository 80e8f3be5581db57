/**
 * Rows, and which of them a step sees.
 *
 * <p><b>Purpose</b>: split and normalize rows, and make the batch of any step as a pure function of the step.
 * <br><b>Knows</b>: rows, labels, batches, epochs, permutations. <b>Must not know</b>: layers, optimizers, checkpoints, ND4J.
 * <br><b>Read in this order</b>: {@link cairn.data.Labels}, {@link cairn.data.TableColumns}, {@link cairn.data.DataSet}, {@link
 * cairn.data.Table}, {@link cairn.data.DataSetView}, {@link cairn.data.Rows}, {@link cairn.data.Splits}, {@link
 * cairn.data.Normalization}, {@link cairn.data.NormalizedTargets}, {@link cairn.data.Augmentation}, {@link
 * cairn.data.BatchSource}, {@link cairn.data.Batch}, {@link cairn.data.Batches}; then its variants {@link
 * cairn.data.RowNumberBatches} and {@link cairn.data.CorruptedBatches}, and {@link cairn.data.Prefetch}. {@link cairn.data.DataFile} opens
 * the files.
 */
package cairn.data;
