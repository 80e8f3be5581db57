package cairn.cli.terminal;

import cairn.run.Clocks;
import java.io.PrintStream;
import java.util.Map;

/**
 * The process that a command runs in; a test makes one of its own.
 *
 * @param out for results
 * @param err for everything else
 * @param terminal whether somebody looks on
 * @param signals how to hear that the process should end
 */
public record Host(PrintStream out, PrintStream err, Terminal terminal, Signals.Source signals, Map<String, String> environment,
        Clocks clocks) {

    public static Host system() {
        return new Host(System.out, System.err, new SystemTerminal(), Signals.OF_THE_PROCESS, System.getenv(),
                new Clocks(System::currentTimeMillis, System::nanoTime));
    }

    /** A process without terminal and signals. */
    public static Host plain(PrintStream out, PrintStream err) {
        return new Host(out, err, Terminal.NONE, Signals.NEVER, Map.of(), new Clocks(System::currentTimeMillis, System::nanoTime));
    }

    /** Whether an environment variable is set to something. */
    public boolean has(String variable) {
        return !environment.getOrDefault(variable, "").isBlank();
    }
}
