package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a save with its pruning costs, and a listing by the command, when 10, 1,000 and 20,000 checkpoints are there. */
final class ManyCheckpoints {
    private static final int[] COUNTS = {10, 1_000, 20_000};
    private static final int SAVES = 31;
    private static final int LISTINGS = 7;
    private static final Ranking RANKING = Ranking.min("loss");

    private ManyCheckpoints() {
    }

    static String table(Path folder) throws IOException {
        Path runs = folder.resolve("many");
        ChildJava.lines(ChildJava.FOR_TRAINING, "cairn.cli.Main", "train", "iris", "--run", "seen", "--steps", "6", "--save-every", "6",
                "--dir", runs);
        Checkpoint seen;
        try (DirectoryStore store = DirectoryStore.reading(runs.resolve("seen"), new RealDisk())) {
            seen = store.read(6);
        }
        for (int count : COUNTS) {
            fill(runs.resolve("seen"), runs.resolve("n" + count), count, seen);
        }
        return saves(runs, seen) + System.lineSeparator() + listings(runs);
    }

    /** A run with {@code count} checkpoints; nothing is forced. */
    private static void fill(Path seen, Path run, int count, Checkpoint checkpoint) throws IOException {
        Files.createDirectories(run);
        for (String name : List.of("recipe.yaml", "run.json")) {
            Files.copy(seen.resolve(name), run.resolve(name));
        }
        for (long step = 0; step < count; step++) {
            Checkpoint each = new Checkpoint(step, checkpoint.state(), checkpoint.facts(), Map.of("loss", 1.0 / (step + 1)));
            try (Disk.NewFile output = new RealDisk().create(run.resolve(StepNames.checkpoint(step)))) {
                CheckpointFile.write(output, each);
            }
        }
    }

    private static String saves(Path runs, Checkpoint seen) throws IOException {
        StringBuilder table = new StringBuilder("| checkpoints there | rules | a save and its pruning, ms | times that with "
                + COUNTS[0] + " |\n|--:|---|--:|--:|\n");
        for (String rules : List.of("all", "every:1,last:3,best:2", "last:COUNT,best:1")) {
            List<DirectoryStore> open = new ArrayList<>();
            try {
                Map<String, Rounds.Work> ways = new LinkedHashMap<>();
                for (int count : COUNTS) {
                    Path copy = linked(runs.resolve("n" + count), runs.resolve("saves-" + count + "-" + rules.length()));
                    DirectoryStore store = DirectoryStore.writing(copy, new RealDisk());
                    open.add(store);
                    RetentionPolicy keep = RetentionPolicy.parse(rules.replace("COUNT", Integer.toString(count)), RANKING);
                    store.prune(keep);
                    long[] step = {count};
                    ways.put("" + count, Rounds.timed(() -> {
                        store.commit(new Checkpoint(step[0]++, seen.state(), seen.facts(), Map.of("loss", 2.0)));
                        store.prune(keep);
                    }));
                }
                Rounds rounds = Rounds.of(5, SAVES, ways);
                for (int count : COUNTS) {
                    table.append(String.format(Locale.ROOT, "| %,d | %s | %.2f | %s |%n", count, rules.replace("COUNT", "N"),
                            1e3 * rounds.median("" + count), rounds.ratio("" + count, "" + COUNTS[0])));
                }
            } finally {
                for (DirectoryStore store : open) {
                    store.close();
                }
            }
        }
        return table.toString();
    }

    private static Path linked(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.createLink(to.resolve(file.getFileName()), file);
            }
        }
        return to;
    }

    private static String listings(Path runs) throws IOException {
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        for (int count : COUNTS) {
            ways.put("" + count, Rounds.timed(() -> ChildJava.lines(words("checkpoints", "n" + count, "--dir", runs.toString()))));
        }
        ways.put("version", Rounds.timed(() -> ChildJava.lines(words("--version"))));
        Rounds rounds = Rounds.of(1, LISTINGS, ways);
        StringBuilder table = new StringBuilder("| checkpoints there | the command that lists them, s | times the command that lists nothing |\n"
                + "|--:|--:|--:|\n");
        for (int count : COUNTS) {
            table.append(String.format(Locale.ROOT, "| %,d | %.2f | %s |%n", count, rounds.median("" + count),
                    rounds.ratio("" + count, "version")));
        }
        return table.toString();
    }

    private static Object[] words(String... command) {
        List<String> all = new ArrayList<>(ChildJava.FOR_READING);
        all.add("cairn.cli.Main");
        all.addAll(List.of(command));
        return all.toArray();
    }
}
