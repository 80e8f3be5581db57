package cairn.state;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the control groups of Linux leave to a process: a container, a service or a job of a cluster may have a limit of memory of its own, and
 * so may each group above it. Both versions of control groups are read.
 *
 * @param groups where the control groups are mounted
 * @param own the file that says in which groups this process is
 */
record ContainerMemory(Path groups, Path own) {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final Path OWN = Path.of("/proc/self/cgroup");

    /** Of this process. */
    static ContainerMemory here() {
        return new ContainerMemory(GROUPS, OWN);
    }

    /** The bytes that are free within the tightest limit; empty if there is none. */
    OptionalLong free() {
        long free = Long.MAX_VALUE;
        for (String line : ProcessMemory.lines(own)) {
            // 0::/path, or 4:memory:/path
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[0].equals("0")) {
                free = Math.min(free, tightest(groups, parts[2], "memory.max", "memory.current", ""));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                free = Math.min(free, tightest(groups.resolve("memory"), parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"));
            }
        }
        return free == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, free));
    }

    /** In a container the path may be one outside of it; then the group of the process is the root that it sees. */
    private static long tightest(Path root, String path, String limit, String used, String sums) {
        long free = free(root, limit, used, sums);
        Path at = root.resolve(path.replaceFirst("^/+", "")).normalize();
        while (at.startsWith(root) && !at.equals(root)) {
            free = Math.min(free, free(at, limit, used, sums));
            at = at.getParent();
        }
        return free;
    }

    private static long free(Path group, String limit, String used, String sums) {
        OptionalLong most = number(ProcessMemory.lines(group.resolve(limit)));
        OptionalLong now = number(ProcessMemory.lines(group.resolve(used)));
        if (most.isEmpty() || now.isEmpty()) {
            return Long.MAX_VALUE;
        }
        // Pages of files count as used, but the system takes them back when memory is needed.
        List<String> names = List.of(sums + "inactive_file", sums + "active_file", "slab_reclaimable");
        long files = ProcessMemory.lines(group.resolve("memory.stat")).stream().map(line -> line.split(" "))
                .filter(words -> words.length == 2 && names.contains(words[0])).mapToLong(words -> Long.parseLong(words[1])).sum();
        return most.getAsLong() - now.getAsLong() + Math.min(files, now.getAsLong());
    }

    /** The number that a file consists of; empty if it says {@code max} or does not exist. */
    private static OptionalLong number(List<String> lines) {
        return lines.stream().limit(1).filter(l -> l.matches("\\d{1,18}")).mapToLong(Long::parseLong).findFirst();
    }
}
