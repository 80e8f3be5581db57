/**
 * The command line.
 *
 * <p><b>Purpose</b>: turn arguments into calls of the other rooms, and what happens there into words, JSON and exit codes.
 * <br><b>Knows</b>: arguments, exit codes, the terminal, signals, the clock. <b>Must not know</b>: any arithmetic.
 * <br><b>Read in this order</b>: {@link cairn.cli.Main}, {@link cairn.cli.terminal.ExitCode}, {@link cairn.cli.terminal.Host},
 * {@link cairn.cli.terminal.Screen}, {@link cairn.cli.report.Failure}; the commands, {@link cairn.cli.RecipesCommand} first and
 * {@link cairn.cli.TrainCommand} last; then what training says: {@link cairn.cli.report.Training}, {@link cairn.cli.report.TrainingTable},
 * {@link cairn.cli.report.TrainingLines}, {@link cairn.cli.terminal.Meter}, {@link cairn.cli.terminal.Signals}.
 */
package cairn.cli;
