/**
 * A training with a folder: the loop and its events, saving in the background, resuming with a grade, branching.
 *
 * <p><b>Knows</b>: trainers, checkpoints, journals. <b>Must not know</b>: the terminal, replay, the system's clock (the caller gives one).
 * <br><b>Read</b>: Event, Observer, StopRule, TrainOptions, TrainingLoop, SnapshotStaging, BackgroundSaver, SaveCosts, RunFiles, Series,
 * ResumeGrade, ResumeOptions, Workspace, Run, RecipeEdit, Lineage, History, Branch, Comparison.
 */
package cairn.run;
