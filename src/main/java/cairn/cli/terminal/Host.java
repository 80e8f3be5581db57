package cairn.cli.terminal;

import cairn.run.Clocks;
import java.io.PrintStream;
import java.util.Map;

/**
 * The process that a command runs in. A test creates its own.
 *
 * @param out for results
 * @param err for everything else
 * @param terminal where {@code err} is shown
 * @param signals the source of requests to end the process
 */
public record Host(PrintStream out, PrintStream err, Terminal terminal, Signals.Source signals, Map<String, String> environment,
        Clocks clocks) {

    public static Host system() {
        return new Host(System.out, System.err, new SystemTerminal(), Signals.OF_THE_PROCESS, System.getenv(),
                new Clocks(System::currentTimeMillis, System::nanoTime));
    }

    /** A process without a terminal and without signals. */
    public static Host plain(PrintStream out, PrintStream err) {
        return new Host(out, err, Terminal.NONE, Signals.NEVER, Map.of(), new Clocks(System::currentTimeMillis, System::nanoTime));
    }

    /** Whether an environment variable is set and not blank. */
    public boolean has(String variable) {
        return !environment.getOrDefault(variable, "").isBlank();
    }
}
