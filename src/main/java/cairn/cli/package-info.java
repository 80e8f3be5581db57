/**
 * The command line.
 *
 * <p><b>Purpose</b>: turn arguments into calls of the other rooms, and what happens there into words, JSON and exit codes.
 * <br><b>Knows</b>: arguments, exit codes, the terminal, signals, the clock. <b>Must not know</b>: any arithmetic.
 * <br><b>Read in this order</b>: {@link cairn.cli.Main}, {@link cairn.cli.ExitCode}, {@link cairn.cli.Host},
 * {@link cairn.cli.Screen}, {@link cairn.cli.Failure}; the commands, {@link cairn.cli.RecipesCommand} first and
 * {@link cairn.cli.TrainCommand} last; then what training says: {@link cairn.cli.Training}, {@link cairn.cli.TrainingTable},
 * {@link cairn.cli.TrainingLines}, {@link cairn.cli.Meter}, {@link cairn.cli.Signals}.
 */
package cairn.cli;
