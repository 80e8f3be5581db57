package cairn.state;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The three memories of this process, in bytes: Java's heap, what Java may use off its heap, and what is free on the machine. */
public final class ProcessMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";
    private static final int KIBIBYTE = 1024;

    /** The option of Java that limits its memory off the heap. */
    static final String OFF_HEAP_OPTION = "MaxDirectMemorySize";

    private ProcessMemory() {
    }

    /** The largest size of Java's heap. */
    public static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    /** What Java may use off its heap, in all: by default as much as its heap may have. */
    public static long offHeap() {
        try {
            HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            long limit = java == null ? 0 : Long.parseLong(java.getVMOption(OFF_HEAP_OPTION).getValue());
            return limit > 0 ? limit : heap();
        } catch (IllegalArgumentException anotherJava) {
            return heap();
        }
    }

    /** What is free on this machine, or in the container in which this process is. */
    public static long free() {
        long free = available(lines(MEMINFO)).orElseGet(ProcessMemory::ofManagement);
        return Math.min(free, ContainerMemory.here().free().orElse(Long.MAX_VALUE));
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

    /** The lines of a file of the system; none if it does not exist or cannot be read. */
    static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
