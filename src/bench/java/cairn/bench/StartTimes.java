package cairn.bench;

import cairn.timing.Rounds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The time from the start of a command to its end, or to the first step of a training. */
final class StartTimes {
    private static final int ROUNDS = 5;
    private static final String MAIN = "cairn.cli.Main";
    private static final List<String> TRAINING = List.of("train", "resume", "verify");

    private StartTimes() {
    }

    static String table(Path folder) throws IOException {
        Path runs = folder.resolve("start");
        AtomicInteger number = new AtomicInteger();
        seconds(List.of("train", "iris", "--run", "seen", "--steps", "20", "--dir", runs.toString()), line -> false);
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        for (String recipe : List.of("iris", "mnist-mlp")) {
            // Step 0 is saved and reported before the first step. The next save, at step 1, comes right after the first step.
            ways.put("train " + recipe + ", to the first step saved", () -> seconds(List.of("train", recipe, "--run", "n"
                    + number.incrementAndGet(), "--steps", "1", "--json", "--dir", runs.toString()), line -> line.contains("\"step\":1")));
        }
        ways.put("resume iris, to its end", () -> seconds(List.of("resume", "seen", "--dir", runs.toString(), "--steps", "20"), line ->
                false));
        for (List<String> command : List.of(List.of("--version"), List.of("--help"), List.of("recipes"))) {
            ways.put(command.get(0), () -> seconds(command, line -> false));
        }
        for (List<String> command : List.of(List.of("checkpoints", "seen"), List.of("show", "seen"), List.of("log"),
                List.of("verify", "seen"))) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--dir", runs.toString()));
            ways.put(command.get(0), () -> seconds(words, line -> false));
        }
        ways.put("a Java that does nothing", () -> {
            return Rounds.timed(() -> ChildJava.end(ChildJava.start(Nothing.class), "nothing")).seconds();
        });
        Rounds rounds = Rounds.of(1, ROUNDS, ways);
        StringBuilder table = new StringBuilder("| command | seconds | times a Java that does nothing |\n|---|--:|--:|\n");
        ways.keySet().forEach(way -> table.append(String.format(Locale.ROOT, "| %s | %.2f | %s |%n", way, rounds.median(way),
                rounds.ratio(way, "a Java that does nothing"))));
        return table.toString();
    }

    /** The time to the first line with {@code isReached}, or else to the end of the process. */
    private static double seconds(List<String> words, Predicate<String> isReached) throws IOException {
        long begin = System.nanoTime();
        long at = 0;
        List<String> all = new ArrayList<>(TRAINING.contains(words.get(0)) ? List.of(ChildJava.FOR_TRAINING) : ChildJava.FOR_READING);
        all.add(MAIN);
        all.addAll(words);
        Process process = ChildJava.start(all.toArray());
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
