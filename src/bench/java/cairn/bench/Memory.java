package cairn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process as Linux counts it. */
final class Memory {
    private Memory() {
    }

    /** Bytes resident now. */
    static long resident() throws IOException {
        return status("VmRSS");
    }

    /** The most that was resident since the process began. */
    static long peak() throws IOException {
        return status("VmHWM");
    }

    private static long status(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
