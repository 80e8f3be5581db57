package cairn.tensor.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Free memory of the device or of the host. */
public final class FreeMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Path CONTROL_GROUP = Path.of("/sys/fs/cgroup");
    private static final String AVAILABLE = "MemAvailable:";
    private static final int KIBIBYTE = 1024;

    /** A system property: how many bytes the simulated GPU has free, for tests of what does not fit. Without it, as many as the host. */
    public static final String SIMULATED_FREE = "cairn.simulated-gpu.free";

    private FreeMemory() {
    }

    /** Where arrays are made, in words. */
    public static String place() {
        return ActiveBackend.made().isOnGpu() ? "on the GPU" : "on this machine";
    }

    /** The free memory in bytes. */
    public static long bytes() {
        if (ActiveBackend.made().isOnGpu()) {
            return Device.LIBRARY.getDeviceFreeMemory(0);
        }
        return ActiveBackend.made().isSimulatedGpu() ? Long.getLong(SIMULATED_FREE, ofHost()) : ofHost();
    }

    private static long ofHost() {
        long free = available(lines(MEMINFO)).orElseGet(FreeMemory::ofManagement);
        OptionalLong limit = number(lines(CONTROL_GROUP.resolve("memory.max")));
        OptionalLong used = number(lines(CONTROL_GROUP.resolve("memory.current")));
        if (limit.isEmpty() || used.isEmpty()) {
            return free;
        }
        // Pages of files count as used, but the system takes them back when memory is needed.
        long files = lines(CONTROL_GROUP.resolve("memory.stat")).stream().filter(l -> l.startsWith("inactive_file "))
                .mapToLong(l -> Long.parseLong(l.substring(l.indexOf(' ') + 1))).findFirst().orElse(0);
        return Math.min(free, limit.getAsLong() - used.getAsLong() + files);
    }

    private static long ofManagement() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getFreeMemorySize() : Long.MAX_VALUE;
    }

    /** The bytes that Linux expects to have without swapping. */
    static OptionalLong available(List<String> meminfo) {
        return meminfo.stream().filter(line -> line.startsWith(AVAILABLE))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE).findFirst();
    }

    /** The number that a file consists of; empty if it says {@code max} or does not exist. */
    static OptionalLong number(List<String> lines) {
        return lines.stream().limit(1).filter(l -> l.matches("\\d{1,18}")).mapToLong(Long::parseLong).findFirst();
    }

    private static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
