/**
 * How results are worded: tables, lines, JSON fields, errors.
 *
 * <p><b>Knows</b>: runs, trainings, the terminal. <b>Must not know</b>: arguments.
 * <br><b>Read</b>: Format, JsonFields, Failure, Training, TrainingLines, TrainingTable, Saving, StateResolver, StateTransferTable,
 * RunTree, RecipeAudit, GpuReport.
 */
package cairn.cli.report;
