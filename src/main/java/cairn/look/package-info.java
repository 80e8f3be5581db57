/**
 * What a run looks like, as values: its curves; and at any step the rows, the layers and the tensors, in numbers and in pictures.
 *
 * <p><b>Purpose</b>: one answer for every place that shows it, so that the same number is shown everywhere.
 * <br><b>Knows</b>: runs, journals, lineages, replay, the rows of the data. <b>Must not know</b>: the terminal, pages, how curves are drawn.
 * <br><b>Read</b>: Curve, Mark, RunCurves, RecordedCurves; Part, Reached, RowChoice, RowTable, RowLook, Boundary, Plane, Summary, Histogram,
 * TensorView, Tiles, TileCut, TilePicture, Picture, RowPictures, ContactSheet, NearbyStates, Remembering, RunView, Watched, Watcher.
 */
package cairn.look;
