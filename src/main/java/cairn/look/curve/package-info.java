/**
 * The curves of a run: what its journal recorded, by step, and what happened to the run on the way.
 *
 * <p><b>Purpose</b>: one reader of the journal's curves for a figure, the page, event files and rules; of a branch with its parents.
 * <br><b>Knows</b>: journals, lineages, steps, intervals. <b>Must not know</b>: arrays, models, how a curve is drawn.
 * <br><b>Read</b>: {@link cairn.look.curve.Curve}, {@link cairn.look.curve.Mark}, {@link cairn.look.curve.RunCurves}, RecordedCurves.
 */
package cairn.look.curve;
