package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.campaign.Campaign;
import cairn.campaign.Programs;
import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.cli.Main;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.replay.RunReplay;
import cairn.run.Clocks;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands as a user types them, each in a process that is killed (SIGKILL) at a random moment. All stored checkpoints are still there, and
 * every state is that of an uninterrupted training.
 */
class CommandKillTest {
    private static final String SPLIT_OFF = ".before-rollback-";

    @TempDir
    private Path root;

    private final Map<String, StraightRun> straight = new TreeMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private Path recipe;
    private int branches;

    /** Kills commands for {@code -Dscripts.duration} minutes (default 10). */
    @Test
    @Tag("long")
    void afterAnyKilledCommandEveryStateIsThatOfAnUninterruptedTraining() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Campaign.SCRIPTS.begin("processes");
        Recipe blobs = ScriptTest.RECIPES.get("blobs");
        recipe = Files.writeString(root.resolve("blobs.yaml"), blobs.toYaml());
        straight.put("run", StraightRun.of(blobs));
        Path runs = root.resolve("runs");
        Programs cairn = Programs.of(root.resolve("program"), Main.class, "train", recipe.toString(), "--run", "first", "--steps", "5",
                "--dir", root.resolve("first").toString());
        long longest = 4000;
        for (int i = 0; System.nanoTime() - begin < Long.getLong("scripts.duration", 10) * 60_000_000_000L; i++) {
            Key key = Key.of(41).fold(i);
            Map<String, SortedSet<Long>> before = stored(runs);
            List<String> words = words(before, key, runs);
            Path output = root.resolve("output.txt");
            Process process = cairn.start(output, words);
            try {
                if (process.waitFor(key.below((int) longest, 1), TimeUnit.MILLISECONDS)) {
                    assertThat(process.exitValue()).as("%s:%n%s", words, Child.read(output)).isZero();
                    longest = Math.max(500, longest - longest / 5);
                    count("commands that ended before the kill");
                } else {
                    // About one command ends for two that are killed. So the kills are late enough that the commands have begun.
                    longest += longest / 10;
                    count("commands killed");
                    count("of them: " + words.get(0));
                }
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            checkNothingIsLost(words, before, stored(runs));
        }
        for (String name : stored(runs).keySet()) {
            StraightRun line = straight.get(original(name));
            try (Run run = Run.resume(runs.resolve(name), Workspace.of(DataFolders.standard(), new Clocks(System::currentTimeMillis,
                    System::nanoTime)), ResumeOptions.standard().onDamaged(d -> {
                throw new AssertionError(d);
            }))) {
                run.train(TrainOptions.until(line.last()));
                assertThat(run.trainer().snapshot().digest()).as(name).isEqualTo(line.digest(line.last()));
            }
            count("runs that ended like the uninterrupted training");
        }
        Campaign.SCRIPTS.passed("processes", counts);
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** The next command, for one of the runs. */
    private List<String> words(Map<String, SortedSet<Long>> runs, Key key, Path folder) throws IOException {
        List<String> words = new ArrayList<>();
        if (!runs.containsKey("run")) {
            words.addAll(List.of("train", recipe.toString(), "--run", "run", "--steps", "4", "--save-every", "1", "--keep", "all"));
        } else {
            List<String> names = List.copyOf(runs.keySet());
            String name = names.get(key.below(names.size(), 2));
            SortedSet<Long> steps = runs.get(name);
            long step = steps.isEmpty() ? 0 : steps.first() + key.below((int) (steps.last() - steps.first()) + 1, 3);
            switch (key.below(names.size() > 6 ? 5 : 6, 4)) {
                case 0, 1 -> {
                    long until = Math.min(StraightRun.STEPS, newest(folder.resolve(name)) + 1 + key.below(6, 5));
                    words.addAll(List.of("resume", name, "--steps", Long.toString(until), "--save-every", "1", "--keep",
                            key.below(2, 6) == 0 ? "all" : "last:3,best:1"));
                }
                case 2 -> words.addAll(List.of("rollback", name, "--to", Long.toString(step)));
                case 3 -> words.addAll(List.of("goto", name, Long.toString(step)));
                case 4 -> words.addAll(List.of("prune", name, "--keep", "last:2,every:3"));
                default -> {
                    String branch = "branch-" + ++branches;
                    boolean isChanged = key.below(2, 7) == 0;
                    StraightRun line = straight.get(original(name));
                    words.addAll(List.of("branch", name + "@" + step, branch));
                    if (isChanged) {
                        words.addAll(List.of("--set", "optimizer.learning-rate=0.003"));
                    }
                    straight.put(branch, isChanged ? line.branch(step, line.recipe().with(List.of("optimizer.learning-rate=0.003")))
                            : line);
                }
            }
        }
        words.addAll(List.of("--dir", folder.toString()));
        return words;
    }

    private static long newest(Path run) throws IOException {
        try (RunReplay replay = RunReplay.reading(run, Workspace.of(DataFolders.standard(), new Clocks(() -> 0, () -> 0)))) {
            return replay.newest();
        }
    }

    private static String original(String name) {
        return name.contains(SPLIT_OFF) ? name.substring(0, name.indexOf(SPLIT_OFF)) : name;
    }

    /** Reads everything from the files alone; returns the stored steps by run. */
    private Map<String, SortedSet<Long>> stored(Path runs) throws IOException {
        Map<String, SortedSet<Long>> all = new TreeMap<>();
        if (!Files.exists(runs)) {
            return all;
        }
        List<Path> folders;
        try (Stream<Path> each = Files.list(runs)) {
            folders = each.filter(f -> Files.exists(f.resolve("recipe.yaml"))).sorted().toList();
        }
        for (Path folder : folders) {
            String name = folder.getFileName().toString();
            try (CheckpointStore store = DirectoryStore.reading(folder, new RealDisk())) {
                assertThat(store.listing().unreadable()).as(name).isEmpty();
                all.put(name, new TreeSet<>(store.steps()));
                for (long step : store.steps()) {
                    assertThat(store.verify(step).state().digest()).as("%s@%d", name, step)
                            .isEqualTo(straight.get(original(name)).digest(step));
                    count("checkpoints read completely and compared with the uninterrupted training");
                }
            }
        }
        return all;
    }

    private static void checkNothingIsLost(List<String> words, Map<String, SortedSet<Long>> before, Map<String, SortedSet<Long>> after) {
        String name = words.get(0).equals("train") ? "run" : words.get(1).replaceFirst("@.*", "");
        before.forEach((run, steps) -> {
            boolean mayChange = run.equals(name) && !words.get(0).equals("branch");
            if (!mayChange) {
                assertThat(after.get(run)).as("%s, after %s", run, words).isEqualTo(steps);
            } else if (!steps.isEmpty()) {
                SortedSet<Long> left = after.entrySet().stream().filter(e -> e.getKey().equals(run) || e.getKey().startsWith(run
                        + SPLIT_OFF))
                        .flatMap(e -> e.getValue().stream()).collect(Collectors.toCollection(TreeSet::new));
                assertThat(left).as("%s, after %s", run, words).contains(steps.last());
                if (words.get(0).matches("rollback|goto") || words.contains("all")) {
                    assertThat(left).as("%s, after %s", run, words).containsAll(steps);
                }
            }
        });
    }
}
