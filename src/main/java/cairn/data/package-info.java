/**
 * Rows, and which of them a step sees.
 *
 * <p><b>Purpose</b>: read data sets, split and normalize them, and make the batch of any step as a pure function of the step.
 * <br><b>Knows</b>: rows, batches, epochs, permutations, files of data. <b>Must not know</b>: layers, optimizers,
 * checkpoints, ND4J.
 * <br><b>Read in this order</b>: {@link cairn.data.Labels}, {@link cairn.data.DataSet}, {@link cairn.data.Table}, {@link
 * cairn.data.Rows}, {@link cairn.data.Splits}, {@link cairn.data.Normalization}, {@link cairn.data.Augmentation}, {@link
 * cairn.data.Batch}, {@link cairn.data.Batches}, {@link cairn.data.Prefetch}; then {@link cairn.data.DataSource} (what a
 * recipe may name), the readers {@link cairn.data.Generated}, {@link cairn.data.CsvTable}, {@link cairn.data.Idx}, {@link
 * cairn.data.Cifar}, {@link cairn.data.ImageFolders}, {@link cairn.data.Npy}, and {@link cairn.data.Fetch},
 * {@link cairn.data.Inventory}; rows to predict come from {@link cairn.data.Inputs}.
 */
package cairn.data;
