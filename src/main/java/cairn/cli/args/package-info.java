/**
 * Options and arguments that several commands share, and what they name: runs, steps, recipes, data sets, the backend.
 *
 * <p><b>Knows</b>: picocli, the terminal, the files of a run. <b>Must not know</b>: how results are printed, how a step is trained.
 * <br><b>Read</b>: Console, RunsFolder, StoredRun, RunStep, RecipeName, DataPlace, BackendOption, BackendNotice, KeepRules, RunArguments,
 * RecipeOptions, StateFilterOptions, ReplayRange.
 */
package cairn.cli.args;
