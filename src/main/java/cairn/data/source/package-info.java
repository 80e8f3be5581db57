/**
 * Where rows come from: built-in data sets, CSV, IDX, NumPy and image files.
 *
 * <p><b>Knows</b>: tables of rows. <b>Must not know</b>: layers, optimizers, training.
 * <br><b>Read</b>: DataFolders, Generated, Idx, Npy, NpyRows, CsvSchema, CsvTable, Cifar, ImageFolders, DataSource, BuiltInData,
 * Inputs.
 */
package cairn.data.source;
