package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.campaign.Campaign;
import cairn.campaign.Programs;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.RealDisk;
import cairn.journal.Journals;
import cairn.journal.Row;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that is killed at random moments and resumed, many times, ends as an uninterrupted run. After each kill, every checkpoint in the
 * folder is read completely, its digest is computed again, and every step that the process had reported as saved is there.
 */
class KillTest {
    /** All kinds of state in a checkpoint of 200 kB. It is small, so that most of the time of a save is writing and forcing. */
    private static final String RECIPE = """
            name: killed
            seed: 5
            data: {set: iris, batch-size: 13, validation: 24, test: 20}
            model:
              - dense: {units: 64}
              - batch-norm
              - tanh
              - dropout: {rate: 0.2}
              - dense: {units: 128}
              - relu
              - dense: {units: 3}
            loss: {kind: softmax-cross-entropy, label-smoothing: 0.1}
            optimizer: {rule: nadam, learning-rate: 0.001, weight-decay: 0.01}
            schedule: {rule: cosine, over: 400ep, warmup: 20, to: 0.1}
            plateau: {factor: 0.5, patience: 2, cooldown: 1}
            clip: {kind: norm, norm: 0.5}
            average: {decay: 0.9, warmup: true}
            evaluate: {every: 7}
            """;
    private static final long FOR_EVER = 1_000_000_000;
    private static final int MORE_STEPS = 25;

    /** What the process did when it was killed, from its folder and its output. */
    private enum Moment {
        START("before training began"), WRITING("while a checkpoint was being written"),
                PRUNING("after a commit, before its pruning had ended"), BETWEEN("in a step, or elsewhere in training");

        private final String label;

        Moment(String label) {
            this.label = label;
        }
    }

    @TempDir
    private Path folder;

    private final Map<Moment, Long> moments = new EnumMap<>(Moment.class);
    private long verified;
    private long progressed;
    /** The time of the last complete start; the next start takes about as long. */
    private long startMillis = 1000;

    @Test
    void aRunKilledTwentyFiveTimesEndsAsTheUnbrokenOne() throws IOException, InterruptedException {
        endsAsTheUnbrokenOne("short", Recipe.parse(RECIPE, "killed"), 25, Key.of(77));
    }

    /** The long form: ten runs with a hundred kills each; every second one uses the recipe with all kinds of state. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @Tag("long")
    void tenRunsKilledAHundredTimesEachEndAsTheUnbrokenOnes(int number) throws IOException, InterruptedException {
        endsAsTheUnbrokenOne("run " + number, number % 2 == 0 ? Subjects.get("everything").recipe() : Recipe.parse(RECIPE, "killed"), 100,
                Key.of(78).fold(number));
    }

    private void endsAsTheUnbrokenOne(String part, Recipe recipe, int kills, Key key) throws IOException, InterruptedException {
        Campaign.KILLS.begin(part);
        Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe.toYaml());
        Path run = folder.resolve("run");
        Path output = folder.resolve("output.txt");
        Programs program = Programs.of(folder.resolve("program"), KillTarget.class, file.toString(), folder.resolve("first").toString(),
                "3");
        long newest = -1;
        for (int i = 0; i < kills; i++) {
            Process child = program.start(output, List.of(file.toString(), run.toString(), Long.toString(FOR_EVER)));
            try {
                waitForAMoment(child, key.fold(i), run, output);
                assertThat(child.isAlive()).as(Child.read(output)).isTrue();
            } finally {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
            newest = checkStored(run, output, recipe, newest, i);
        }

        long end = newest + MORE_STEPS;
        Process last = program.start(output, List.of(file.toString(), run.toString(), Long.toString(end)));
        try {
            assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            last.destroyForcibly();
        }
        try (Trainer trainer = Trainer.fresh(recipe)) {
            assertThat(Child.digest(output, KillTarget.END.strip())).as(Child.read(output)).isEqualTo(Subject.run(trainer, end));
        }
        checkOneValuePerStep(run, end);
        assertThat(moments).as("moments").containsKey(Moment.WRITING);
        Campaign.KILLS.passed(part, counts(kills, end));
    }

    /** Of five processes, one is killed while it starts, two while they train and save, and two when they begin to write a checkpoint. */
    private void waitForAMoment(Process child, Key key, Path run, Path output) throws InterruptedException {
        long begin = System.nanoTime();
        int kind = key.below(5, 0);
        if (kind == 0) {
            Thread.sleep(key.below((int) startMillis, 1));
            return;
        }
        while (!Child.read(output).contains(KillTarget.OPEN) && child.isAlive()) {
            Thread.sleep(3);
        }
        startMillis = Math.max(1, (System.nanoTime() - begin) / 1_000_000);
        Thread.sleep(key.below(200, 2));
        if (kind >= 3) {
            long from = System.nanoTime();
            while (!isWriting(run) && child.isAlive() && System.nanoTime() - from < 1_000_000_000) {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean isWriting(Path run) {
        String[] names = run.toFile().list();
        return names != null && Stream.of(names).anyMatch(n -> n.startsWith("pending-step"));
    }

    /** Reads every stored checkpoint and checks that none is lost. Returns the newest step. */
    private long checkStored(Path run, Path output, Recipe recipe, long before, int kill) throws IOException {
        String printed = Child.read(output);
        long reported = printed.lines().filter(l -> l.matches(KillTarget.SAVED + "\\d+"))
                .mapToLong(l -> Long.parseLong(l.substring(KillTarget.SAVED.length()))).max()
                .orElse(-1);
        long newest = -1;
        Moment moment = printed.contains(KillTarget.OPEN) ? Moment.BETWEEN : Moment.START;
        if (Files.exists(run)) {
            try (DirectoryStore store = DirectoryStore.reading(run, new RealDisk())) {
                for (long step : store.steps()) {
                    assertThat(store.verify(step).step()).isEqualTo(step);
                    verified++;
                    newest = step;
                }
                List<CheckpointInfo> all = store.list();
                if (isWriting(run)) {
                    moment = Moment.WRITING;
                } else if (moment == Moment.BETWEEN && all.size() > RetentionPolicy.parse(KillTarget.KEEP, recipe.evaluate().ranking())
                        .plan(all).kept().size() + 1) {
                    // One more than the rules keep is allowed: the checkpoint from which the process was resumed.
                    moment = Moment.PRUNING;
                }
            }
        }
        assertThat(newest).as("nothing that was committed is lost by kill %d", kill).isGreaterThanOrEqualTo(Math.max(before, reported));
        moments.merge(moment, 1L, Long::sum);
        progressed += newest > before ? 1 : 0;
        return newest;
    }

    private Map<String, Long> counts(long kills, long steps) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("processes killed at a random moment", kills);
        for (Moment moment : Moment.values()) {
            counts.put("of them " + moment.label, moments.getOrDefault(moment, 0L));
        }
        counts.put("kills after which there was a newer checkpoint than before", progressed);
        counts.put("checkpoints read completely after a kill, each intact", verified);
        counts.put("steps of the runs, which all ended with the digest of the uninterrupted run", steps);
        return counts;
    }

    /** Checks that a step that was made again after a kill has the same recorded values, to the bit. */
    private static void checkOneValuePerStep(Path run, long steps) throws IOException {
        Map<String, Set<String>> values = new TreeMap<>();
        for (Row row : Journals.rows(run.resolve("journal.csv"))) {
            if (!row.series().endsWith("-seconds") && !row.series().startsWith("saving/")) {
                values.computeIfAbsent(row.series() + " at " + row.step(), k -> new TreeSet<>()).add(row.value());
            }
        }
        List<String> twice = new ArrayList<>();
        values.forEach((what, found) -> twice.addAll(found.size() == 1 ? List.of() : List.of(what + " " + found)));
        assertThat(twice).isEmpty();
        assertThat(values).hasSizeGreaterThan((int) steps);
    }
}
