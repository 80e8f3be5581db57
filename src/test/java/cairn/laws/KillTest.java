package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.RealDisk;
import cairn.journal.JournalReader;
import cairn.journal.Row;
import cairn.random.Key;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed at random moments, as often as you like, and resumed, ends as one that is not. */
class KillTest {
    private static final String SUBJECT = "everything";

    @TempDir
    Path folder;

    @Test
    void aRunKilledSixTimesEndsAsTheUnbrokenOne() throws IOException, InterruptedException {
        endsAsTheUnbrokenOne(6, 160);
    }

    @Test
    @Tag("long")
    void aRunKilledAHundredTimesEndsAsTheUnbrokenOne() throws IOException, InterruptedException {
        endsAsTheUnbrokenOne(100, 2500);
    }

    private void endsAsTheUnbrokenOne(int kills, long steps) throws IOException, InterruptedException {
        Path run = folder.resolve("run");
        Path output = folder.resolve("output.txt");
        List<String> words = List.of("train", SUBJECT, run.toString(), Long.toString(steps));
        Key key = Key.of(77);
        long newest = -1;
        int inTraining = 0;
        for (int i = 0; i < kills && newest < steps; i++) {
            Process child = Child.start(output, words);
            try {
                inTraining += waitForAMoment(child, run, newest, i % 2 == 1, key.fold(i), output) ? 1 : 0;
            } finally {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            long left = newest(run);
            assertThat(left).as("nothing that was committed is lost by kill %d", i).isGreaterThanOrEqualTo(newest);
            newest = left;
        }
        assertThat(inTraining).as("kills of a child that was training").isGreaterThanOrEqualTo(2);

        Process last = Child.start(output, words);
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        try (Trainer trainer = Trainer.fresh(Subjects.get(SUBJECT).recipe())) {
            assertThat(Child.digest(output, "end")).as(Child.read(output)).isEqualTo(Subject.run(trainer, steps));
        }
        everyStepHasOneLoss(run, steps);
    }

    /** Lets the child live for a while: from its start, or from its first new checkpoint. Says whether it is training then. */
    private static boolean waitForAMoment(Process child, Path run, long newest, boolean inTraining, Key key, Path output)
            throws IOException, InterruptedException {
        if (!inTraining) {
            Thread.sleep(key.below(900, 0));
        } else {
            for (int i = 0; i < 6000 && newest(run) == newest && child.isAlive(); i++) {
                Thread.sleep(5);
            }
            Thread.sleep(key.below(80, 0));
        }
        assertThat(child.isAlive() || child.exitValue() == 0).as(Child.read(output)).isTrue();
        return child.isAlive() && newest(run) > newest;
    }

    /** The step of the newest sound checkpoint; -1 if there is none. */
    private static long newest(Path run) throws IOException {
        if (!Files.exists(run)) {
            return -1;
        }
        try (DirectoryStore store = DirectoryStore.reading(run, new RealDisk())) {
            List<Long> steps = List.copyOf(store.steps());
            return steps.isEmpty() ? -1 : steps.get(steps.size() - 1);
        }
    }

    /** A step that was made again after a kill had the same loss, rate and all, to the bit. */
    private static void everyStepHasOneLoss(Path run, long steps) throws IOException {
        Map<String, Set<String>> values = new TreeMap<>();
        for (Row row : JournalReader.read(run.resolve("journal.csv")).rows()) {
            if (!row.series().endsWith("-seconds") && !row.series().startsWith("saving/")) {
                values.computeIfAbsent(row.series() + " at " + row.step(), k -> new TreeSet<>()).add(row.value());
            }
        }
        assertThat(values).hasSizeGreaterThan((int) steps).allSatisfy((what, found) -> assertThat(found).hasSize(1));
    }
}
