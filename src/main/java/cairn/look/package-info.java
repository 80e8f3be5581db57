/**
 * What a run looks like at any step, as values: its rows, its layers and its tensors, in numbers and in pictures.
 *
 * <p><b>Purpose</b>: one answer for every place that shows it, so that the same number is shown everywhere. Curves are in {@code look.curve}.
 * <br><b>Knows</b>: runs, replay, the rows of the data. <b>Must not know</b>: the terminal, pages, charts.
 * <br><b>Read</b>: Part, Reached, DataRow, RowChoice, RowTable, RowHistory, RowLook, Boundary, Plane, Summary, Histogram, TensorView, Tiles,
 * TileCut, TilePicture, Picture, RowPictures, ContactSheet, NearbyStates, Remembering, RunShape, StateView, RunView, Watched, Watcher.
 */
package cairn.look;
