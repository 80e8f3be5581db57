package cairn.cli.terminal;

import java.util.LinkedHashMap;
import java.util.Map;

/** The exit codes of the process. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int REFUSED = 3;
    /** Added to the number of the signal that ended the command, as shells do. */
    public static final int SIGNALLED = 128;

    private ExitCode() {
    }

    /** The codes with their meanings, as every help page lists them. */
    public static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        table.put("0", "success");
        table.put("1", "failure: a file, the network, damaged or missing data, a loss that is not finite, or a replayed step that differs");
        table.put("2", "the command line or the recipe is wrong; nothing was changed");
        table.put("3", "refused, nothing was changed: the file or run exists already, another process writes to it, the resume grade is"
                + " lower than --require, or the newest checkpoint is damaged and --no-fallback was given");
        table.put("130", "stopped by Ctrl+C (SIGINT); 143: by SIGTERM, 129: by SIGHUP. A training saves its state first");
        return table;
    }
}
