/**
 * Where rows come from: built-in data sets, and files of CSV, IDX, NumPy and images.
 *
 * <p><b>Purpose</b>: turn the data set that a recipe names, or a file of rows to predict, into tables of rows.
 * <br><b>Knows</b>: formats of files, folders of data sets. <b>Must not know</b>: layers, optimizers, training.
 * <br><b>Read in this order</b>: {@link cairn.data.source.DataSource}, {@link cairn.data.source.BuiltInData}, {@link
 * cairn.data.source.DataFolders}; the readers Generated, Idx, Cifar, CsvSchema, CsvText, CsvColumns, CsvField, CsvTable, Npy, ImageFile and ImageFolders; {@link
 * cairn.data.source.Inputs} last.
 */
package cairn.data.source;
