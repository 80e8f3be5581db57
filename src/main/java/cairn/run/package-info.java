/**
 * A training with a folder: the loop, its events, saving, resuming, branching.
 *
 * <p><b>Knows</b>: trainers, checkpoints, journals. <b>Must not know</b>: the terminal, the clock (it is given one), replay.
 * <br><b>Read</b>: Event, Observer, StopRule, TrainingLoop, BackgroundSaver, RunFiles, ResumeGrade, Run, Lineage, History, Branch,
 * Comparison.
 */
package cairn.run;
