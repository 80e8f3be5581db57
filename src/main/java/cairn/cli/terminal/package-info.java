/**
 * The process and its terminal: streams, width, progress, signals, exit codes.
 *
 * <p><b>Knows</b>: streams, clocks, signals, JSON. <b>Must not know</b>: what is trained; of runs only how to stop one and its clocks.
 * <br><b>Read</b>: ExitCode, CommandException, Terminal, SystemTerminal, Host, Screen, Columns, Pace, Meter, Spinner, Signals,
 * ShellCommand.
 */
package cairn.cli.terminal;
