/**
 * The commands with which people look at runs.
 *
 * <p><b>Purpose</b>: words what {@code look} says, for a terminal, as JSON, as a file.
 * <br><b>Knows</b>: what a user can ask to see, {@code look}, charts. <b>Must not know</b>: any arithmetic.
 * <br><b>Read</b>: OutFile, StepRange, RowList, RowLines; the commands in any order.
 */
package cairn.cli.look;
