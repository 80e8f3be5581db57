/**
 * Where rows come from: built-in data sets, and files of CSV, IDX, NumPy and images.
 *
 * <p><b>Purpose</b>: turn the data set that a recipe names, or a file of rows to predict, into tables of rows.
 * <br><b>Knows</b>: formats of files, folders of data sets. <b>Must not know</b>: layers, optimizers, training.
 * <br><b>Read in this order</b>: {@link cairn.data.source.DataSource}, {@link cairn.data.source.BuiltInData}, {@link
 * cairn.data.source.DataFolders}; the readers {@link cairn.data.source.Generated}, {@link cairn.data.source.Idx}, {@link
 * cairn.data.source.Cifar}, {@link cairn.data.source.CsvSchema}, {@link cairn.data.source.CsvTable}, {@link cairn.data.source.Npy},
 * {@link cairn.data.source.ImageFolders}; {@link cairn.data.source.Inputs} last.
 */
package cairn.data.source;
