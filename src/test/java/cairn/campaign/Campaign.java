package cairn.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A kind of failure that is tested very often, and the counts of its tests. A test records its counts when it has passed, so all counts in
 * {@code target/reliability} are of passed tests. Every part of a campaign has a file there, which the next run of that part replaces.
 */
public enum Campaign {
    KILLS("Killed (SIGKILL) and resumed", "laws/KillTest"),
    SIGNALS("Asked to end (SIGTERM, SIGINT)", "cli/SignalCampaignTest"),
    SCRIPTS("Random scripts, with crashes and kills", "laws/ScriptTest"),
    DISK("Failing disks", "checkpoint/CrashTest"),
    BITS("Damaged files", "checkpoint/IntegrityTest"),
    FUZZ("Hostile files, searched for by coverage", "campaign/FuzzCampaignTest");

    /** The folder of the counts. */
    static final Path FOLDER = Path.of("target/reliability");
    /** If the label of a count begins with this, the counts of the parts are not added; the largest is taken. */
    private static final String MOST = "longest";

    private final String title;
    private final String test;

    Campaign(String title, String test) {
        this.title = title;
        this.test = test;
    }

    String title() {
        return title;
    }

    String test() {
        return test;
    }

    /** The counts of all parts together, by label in the order of their first use; and the days of the tests. */
    record Sum(Map<String, Long> counts, List<LocalDate> days) {
    }

    /** Deletes the earlier counts of this part. */
    public void begin(String part) throws IOException {
        Files.deleteIfExists(file(part));
    }

    /** Records the counts of a part that has passed. A label that begins with {@code longest} is a maximum and not a sum. */
    public void passed(String part, Map<String, ? extends Number> counts) throws IOException {
        Files.createDirectories(FOLDER);
        List<String> lines = new ArrayList<>(List.of(LocalDate.now().toString()));
        counts.forEach((label, count) -> lines.add(count.longValue() + " " + label));
        Files.write(file(part), lines);
    }

    Sum sum() throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        List<LocalDate> days = new ArrayList<>();
        if (Files.isDirectory(FOLDER)) {
            try (Stream<Path> files = Files.list(FOLDER)) {
                files.filter(f -> f.getFileName().toString().startsWith(name() + "-")).sorted().forEach(f -> add(f, counts, days));
            }
        }
        return new Sum(counts, days.stream().distinct().sorted().toList());
    }

    private static void add(Path file, Map<String, Long> counts, List<LocalDate> days) {
        try {
            List<String> lines = Files.readAllLines(file);
            days.add(LocalDate.parse(lines.get(0)));
            for (String line : lines.subList(1, lines.size())) {
                String[] words = line.split(" ", 2);
                counts.merge(words[1], Long.parseLong(words[0]), words[1].startsWith(MOST) ? Long::max : Long::sum);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String part) {
        return FOLDER.resolve(name() + "-" + part.replaceAll("[^A-Za-z0-9]+", "-") + ".txt");
    }
}
