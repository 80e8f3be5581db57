/**
 * Options and arguments that several commands share, and what they name: runs, checkpoints, recipes, data.
 *
 * <p><b>Knows</b>: picocli, runs by name. <b>Must not know</b>: what commands print.
 * <br><b>Read</b>: Common, RunsFolder, DataPlace, BackendOption, RecipeName, CheckpointName, StoredRun, KeepRules, RunArguments,
 * ReplayRange, StateFilterOptions.
 */
package cairn.cli.args;
