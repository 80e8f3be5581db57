/**
 * The commands: each turns its arguments into calls of the other packages, and the results into text, JSON and an exit code.
 *
 * <p><b>Knows</b>: everything that a user can ask for. <b>Must not know</b>: any arithmetic.
 * <br><b>Read</b>: Main, Commands, RecipesCommand, CheckpointsCommand (they only read), then the commands that may compute:
 * EvaluateCommand, PredictCommand, ShowCommand, DiffCommand, GotoCommand, RollbackCommand, BisectCommand, VerifyCommand, BranchCommand, ResumeCommand,
 * TrainCommand. The others in any order. ClassArchive is what makes the launcher start quickly.
 */
package cairn.cli;
