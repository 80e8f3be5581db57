/**
 * Rows, and which of them a step sees.
 *
 * <p><b>Purpose</b>: read data sets, split and normalize them, and make the batch of any step as a pure function of the step.
 * <br><b>Knows</b>: rows, batches, epochs, permutations, files of data. <b>Must not know</b>: layers, optimizers,
 * checkpoints, ND4J.
 * <br><b>Read in this order</b>: {@link cairn.data.Labels}, {@link cairn.data.DataSet}, {@link cairn.data.Table}, {@link
 * cairn.data.Rows}, {@link cairn.data.Splits}, {@link cairn.data.Normalization}, {@link cairn.data.Augmentation}, {@link
 * cairn.data.Batch}, {@link cairn.data.Batches}, {@link cairn.data.Prefetch}; then {@link cairn.data.source.DataSource} (what a
 * recipe may name), the readers {@link cairn.data.source.Generated}, {@link cairn.data.source.CsvTable}, {@link cairn.data.source.Idx}, {@link
 * cairn.data.source.Cifar}, {@link cairn.data.source.ImageFolders}, {@link cairn.data.source.Npy}, and {@link cairn.data.fetch.Fetch},
 * {@link cairn.data.source.BuiltInData}; rows to predict come from {@link cairn.data.source.Inputs}.
 */
package cairn.data;
