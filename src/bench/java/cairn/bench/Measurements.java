package cairn.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What saving costs: capture, commit, and the time of a step. Words: {@code capture}, {@code commit}, {@code steps}, none for all. Prints
 * tables of Markdown and writes them to {@code target/reliability/measurements.md}.
 */
final class Measurements {
    private static final Path FILE = Path.of("target/reliability/measurements.md");

    private Measurements() {
    }

    public static void main(String[] words) throws IOException {
        List<String> what = words.length == 0 ? List.of("capture", "commit", "steps") : List.of(words);
        Path folder = Files.createDirectories(Path.of("target/bench-" + ProcessHandle.current().pid()));
        StringBuilder report = new StringBuilder();
        try {
            for (String one : what) {
                double before = load();
                String table = switch (one) {
                    case "capture" -> CaptureTimes.table();
                    case "commit" -> CommitTimes.table(folder);
                    case "steps" -> StepTimes.table(folder);
                    default -> throw new IllegalArgumentException("capture, commit or steps was expected, not " + one);
                };
                String block = String.format(Locale.ROOT, "%s%n%s, %d cores, Java %s, %s; load of the machine (1 min) %.1f before, %.1f after.%n%n", table,
                        LocalDate.now(), Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), System.getProperty("os.name"),
                        before, load());
                System.out.print(block);
                report.append(block);
            }
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, report);
        } finally {
            delete(folder);
        }
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
