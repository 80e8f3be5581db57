package cairn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process, as Linux reports it. */
final class Memory {
    private Memory() {
    }

    /** The resident bytes now. */
    static long resident() throws IOException {
        return status("VmRSS");
    }

    /** The largest number of resident bytes since the start of the process. */
    static long peak() throws IOException {
        return status("VmHWM");
    }

    private static long status(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
