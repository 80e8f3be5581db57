/**
 * What a run looks like, as values: the curves of its journal with those of its parent.
 *
 * <p><b>Purpose</b>: one answer for every place that shows it, so that the same number is shown everywhere.
 * <br><b>Knows</b>: runs, journals, lineages. <b>Must not know</b>: the terminal, pages, how the numbers are drawn.
 * <br><b>Read</b>: Curve, Mark, RunCurves, RecordedCurves.
 */
package cairn.look;
