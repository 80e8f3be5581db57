/**
 * The terminal: what is printed and how wide, progress, signals, exit codes.
 *
 * <p><b>Knows</b>: streams, signals. <b>Must not know</b>: the subject, but for what goes on in a training.
 * <br><b>Read</b>: Terminal, SystemTerminal, Host, Screen, Columns, Meter, Spinner, Signals, ExitCode, ShellCommand,
 * CommandException.
 */
package cairn.cli.terminal;
