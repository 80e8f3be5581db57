package cairn.bench;

import cairn.bench.jmh.Harness;
import cairn.bench.peers.Work;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The program that runs all measurements. The arguments name them, in order; {@code all} means all of them. For {@code peers} and
 * {@code bare}, the arguments {@code tiny}, {@code mlp}, {@code cnn} and a number choose the work and the number of rounds;
 * {@code spinning} adds DJL with its default environment to {@code peers}. It prints tables of Markdown and adds them to {@code target/measurements.md}.
 */
final class Measurements {
    private static final Path FILE = Path.of("target/measurements.md");
    private static final List<String> ALL = List.of("peers", "jmh", "capture", "commit", "load", "many", "steps", "resume", "rollback", "scale",
            "memory", "flat", "bare", "start", "interop", "page");
    private static final int ROUNDS = 11;

    private final List<Work> works = new ArrayList<>();
    private final Path folder;
    private int rounds = ROUNDS;
    private boolean spinning;
    private Optional<Machine> machine = Optional.empty();

    private Measurements(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of("target/bench-" + ProcessHandle.current().pid()));
        try {
            Measurements measurements = new Measurements(folder);
            for (String one : measurements.chosen(args)) {
                double before = load();
                String block = String.format(Locale.ROOT,
                        "## %s%n%n%s%n%s, %d cores, Java %s, %s; load of the machine (1 min) %.1f before, %.1f after.%n%n",
                        one, measurements.table(one), LocalDate.now(), Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"), System.getProperty("os.name"), before, load());
                System.out.print(block);
                Files.writeString(FILE, block, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } finally {
            delete(folder);
        }
    }

    private Set<String> chosen(String... words) {
        Set<String> chosen = new LinkedHashSet<>();
        for (String word : words) {
            if (word.equals("all")) {
                chosen.addAll(ALL);
            } else if (ALL.contains(word)) {
                chosen.add(word);
            } else if (word.equals("spinning")) {
                spinning = true;
            } else if (word.matches("[1-9]\\d{0,3}")) {
                rounds = Integer.parseInt(word);
            } else if (List.of("tiny", "mlp", "cnn").contains(word)) {
                works.add(Work.named(word));
            } else {
                throw new IllegalArgumentException("no measurement is called " + word + "; there are " + String.join(", ", ALL)
                        + " and all; peers and bare may be followed by tiny, mlp, cnn and a number of rounds, peers also by spinning");
            }
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("say what to measure: -Dbench.args=\"peers mlp 9\"; there are " + String.join(", ", ALL)
                    + " and all");
        }
        return chosen;
    }

    private String table(String one) throws IOException {
        return switch (one) {
            case "peers" -> PeerTimes.table(works.isEmpty() ? List.of(Work.TINY, Work.MLP, Work.CNN) : works, rounds, spinning);
            case "bare" -> BareTimes.table(works.isEmpty() ? List.of(Work.MLP) : works, rounds);
            case "jmh" -> Harness.table();
            case "capture" -> CaptureTimes.table();
            case "commit" -> CommitTimes.table(folder);
            case "load" -> LoadTimes.table(folder);
            case "many" -> ManyCheckpoints.table(folder);
            case "steps" -> StepTimes.table(folder);
            case "resume" -> ResumeTimes.table(folder);
            case "rollback" -> RollbackTimes.table(folder);
            case "scale" -> ScaleTimes.table(folder, machine());
            case "memory" -> MemoryTimes.table(folder);
            case "flat" -> FlatTimes.table();
            case "page" -> PageTimes.table(folder);
            case "interop" -> InteropReads.table(folder);
            default -> StartTimes.table(folder);
        };
    }

    /** The limits of the machine, measured when they are first needed. */
    private Machine machine() throws IOException {
        if (machine.isEmpty()) {
            machine = Optional.of(Machine.measured());
        }
        return machine.get();
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
