package cairn.cli.terminal;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the process says of its end. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int REFUSED = 3;
    /** Added to the number of the signal that ended the command, as shells do. */
    public static final int SIGNALLED = 128;

    private ExitCode() {
    }

    /** As every help page ends. */
    public static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        table.put("0", "done");
        table.put("1", "failed: files, network, damaged or missing data, a loss that is not finite, a step that came out differently");
        table.put("2", "the command line or the recipe is wrong; nothing was changed");
        table.put("3", "refused: it exists already, another process is writing it, less can be promised than is required, or the newest"
                + " checkpoint is damaged and --no-fallback was said");
        table.put("130", "stopped by Ctrl+C (SIGINT); 143 by SIGTERM, 129 by SIGHUP. Training saves its state first");
        return table;
    }
}
