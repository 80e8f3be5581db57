/**
 * How results are printed: numbers, tables, JSON fields, progress, errors.
 *
 * <p><b>Knows</b>: the results of trainings, replays and stores; the terminal. <b>Must not know</b>: options, picocli.
 * <br><b>Read</b>: Format, JsonFields, Failure, Unreadable, Training, TrainingTable, TrainingLines, Saving, ReplayProgress,
 * StateTransferTable, RunTree, GpuReport, MemoryReport, RecipeAudit, RecipeEditAdvice.
 */
package cairn.cli.report;
