package cairn.bench;

import cairn.timing.Rounds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The time from the start of a command to its end, or to the first step of a training: by the launcher in {@code target/cairn}, with its
 * archive of classes and without it.
 */
final class StartTimes {
    private static final int ROUNDS = 5;
    private static final Path HOME = Path.of("target/cairn");
    private static final String WITHOUT = ", without the archive";

    private StartTimes() {
    }

    static String table(Path folder) throws IOException {
        Path runs = folder.toAbsolutePath().resolve("start");
        AtomicInteger number = new AtomicInteger();
        if (!Files.exists(HOME.resolve("bin/cairn"))) {
            throw new IOException("there is no launcher in " + HOME + ": mvn -q package -DskipTests");
        }
        seconds(true, List.of("train", "iris", "--run", "seen", "--steps", "20", "--dir", runs.toString()), line -> false);
        seconds(true, List.of("train", "iris", "--run", "many", "--steps", "999", "--save-every", "1", "--keep", "all", "--dir", runs.toString()),
                line -> false);
        awaitArchive();
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        for (boolean isArchived : List.of(true, false)) {
            String how = isArchived ? "" : WITHOUT;
            for (String recipe : List.of("iris", "mnist-mlp")) {
                // Step 0 is saved and reported before the first step. The next save, at step 1, comes right after the first step.
                ways.put("train " + recipe + ", to the first step saved" + how, () -> seconds(isArchived, List.of("train", recipe, "--run", "n"
                        + number.incrementAndGet(), "--steps", "1", "--json", "--dir", runs.toString()), line -> line.contains("\"step\":1")));
            }
            ways.put("resume iris, to its end" + how, () -> seconds(isArchived, List.of("resume", "seen", "--dir", runs.toString(), "--steps",
                    "20"), line -> false));
            for (String command : List.of("--version", "--help", "recipes")) {
                ways.put(command + how, () -> seconds(isArchived, List.of(command), line -> false));
            }
            for (String command : List.of("checkpoints seen", "checkpoints many", "show seen", "log", "verify seen")) {
                List<String> words = new ArrayList<>(List.of(command.split(" ")));
                words.addAll(List.of("--dir", runs.toString()));
                ways.put(command.replace("many", "of a run with 1,000") + how, () -> seconds(isArchived, words, line -> false));
            }
        }
        ways.put("a Java that does nothing", () -> {
            return Rounds.timed(() -> ChildJava.end(ChildJava.start(Nothing.class), "nothing")).seconds();
        });
        Rounds rounds = Rounds.of(1, ROUNDS, ways);
        StringBuilder table = new StringBuilder("| command | seconds | times a Java that does nothing | without the archive | times |\n"
                + "|---|--:|--:|--:|--:|\n");
        ways.keySet().stream().filter(way -> !way.endsWith(WITHOUT)).forEach(way -> table.append(String.format(Locale.ROOT,
                "| %s | %.3f | %s |%s |%n", way, rounds.median(way), rounds.ratio(way, "a Java that does nothing"),
                ways.containsKey(way + WITHOUT) ? String.format(Locale.ROOT, " %.3f | %s", rounds.median(way + WITHOUT),
                        rounds.ratio(way + WITHOUT, "a Java that does nothing")) : " |")));
        return table.toString();
    }

    /** The first command of a launcher makes its archive, in the background. */
    private static void awaitArchive() throws IOException {
        Path start = HOME.resolve("start");
        for (int i = 0; i < 600; i++) {
            try (Stream<Path> files = Files.list(start)) {
                if (files.noneMatch(file -> file.toString().endsWith(".making"))) {
                    return;
                }
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        throw new IOException("no archive appears in " + start);
    }

    /** The time to the first line with {@code isReached}, or else to the end of the process. */
    private static double seconds(boolean isArchived, List<String> words, Predicate<String> isReached) throws IOException {
        long begin = System.nanoTime();
        long at = 0;
        List<String> all = new ArrayList<>(List.of("sh", HOME.resolve("bin/cairn").toString()));
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CAIRN_ARCHIVE", isArchived ? "on" : "off");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                at = at == 0 && isReached.test(line) ? System.nanoTime() : at;
            }
        }
        ChildJava.end(process, String.join(" ", words));
        return ((at == 0 ? System.nanoTime() : at) - begin) / 1e9;
    }

    /** The shortest Java program. */
    static final class Nothing {
        private Nothing() {
        }

        public static void main(String[] args) {
            // Nothing.
        }
    }
}
