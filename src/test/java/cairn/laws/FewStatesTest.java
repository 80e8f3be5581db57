package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.RealDisk;
import cairn.recipe.BuiltInRecipes;
import cairn.replay.Replay;
import cairn.replay.ReplayPath;
import cairn.replay.SnapshotBuffer;
import cairn.replay.SnapshotSource;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reaches any of the last 10,000 steps of {@code mnist-mlp} from at most 20 states, on disk and in memory, and measures the longest replay:
 * the numbers of docs/TIME_TRAVEL.md. {@code mvn -B test -Dtest=FewStatesTest -Dtest.groups=long -Dtest.excluded=} writes them to
 * {@code target/few-states.txt}.
 */
@Tag("long")
class FewStatesTest {
    private static final int MOST = 20;
    private static final long STEPS = 10_000;
    /** With snapshots at 20 multiples of this, the oldest is at least 10,000 steps before the next multiple. */
    private static final long EVERY = 527;

    @TempDir
    Path folder;

    @Test
    void twentyStatesReachTheLastTenThousandSteps() throws IOException {
        StringBuilder report = new StringBuilder();
        RetentionPolicy last = RetentionPolicy.parse("last:" + MOST, Ranking.min("loss"));
        SnapshotBuffer even = SnapshotBuffer.of(MOST).every(EVERY);
        SnapshotBuffer thinned = SnapshotBuffer.of(MOST).every(10).thinned();
        Map<Long, String> digests = new TreeMap<>();
        try (CheckpointStore store = DirectoryStore.writing(folder, new RealDisk());
                Trainer trainer = Trainer.fresh(BuiltInRecipes.get("mnist-mlp"))) {
            long end = MOST * EVERY;
            Replay replay = Replay.of(trainer, thinned);
            for (long step = 0; step <= end; step++) {
                replay.trainTo(step);
                if (step % EVERY == 0) {
                    store.commit(Checkpoint.of(step, trainer.snapshot()));
                    store.prune(last);
                    even.remember(trainer);
                    assertThat(store.steps()).hasSizeLessThanOrEqualTo(MOST);
                }
                if (step % EVERY == EVERY - 1 && step / EVERY % 6 == 1 || step == end) {
                    digests.put(step, trainer.snapshot().digest());
                }
            }
            assertThat(end - store.steps().first()).isGreaterThanOrEqualTo(STEPS);
            report.append(String.format(Locale.ROOT, "a state: %d bytes; 20 of them %.0f MB, 10,000 %.0f GB%n", store.list().get(0).bytes(),
                    MOST * store.list().get(0).bytes() / 1e6, STEPS * store.list().get(0).bytes() / 1e9));
            report.append(line("20 on disk, every 527", trainer, SnapshotSource.of(store), digests));
            report.append(line("20 in memory, every 527", trainer, even, digests));
            digests.keySet().removeIf(step -> step != end);
            report.append(line("all on disk: only a restore", trainer, SnapshotSource.of(store), digests));
            report.append("20 in memory, thinned: longest replay ").append(longest(thinned, end - STEPS, end))
                    .append(" steps, to one of the last 100 ")
                    .append(longest(thinned, end - 100, end)).append(System.lineSeparator());
        }
        Files.writeString(Path.of("target/few-states.txt"), report);
    }

    /** Goes to each of these steps, which are the farthest from a snapshot; returns a line with the longest time. */
    private static String line(String what, Trainer trainer, SnapshotSource source, Map<Long, String> digests) throws IOException {
        Replay replay = Replay.of(trainer, List.of(source));
        double worst = 0;
        long replayed = 0;
        for (Map.Entry<Long, String> each : digests.entrySet()) {
            if (source.steps().headSet(each.getKey() + 1).isEmpty()) {
                continue;
            }
            long begin = System.nanoTime();
            ReplayPath path = replay.goTo(each.getKey());
            worst = Math.max(worst, (System.nanoTime() - begin) / 1e9);
            replayed = Math.max(replayed, path.replayed());
            assertThat(path.replayed()).isLessThan(EVERY);
            assertThat(trainer.snapshot().digest()).as("step %d", each.getKey()).isEqualTo(each.getValue());
        }
        return String.format(Locale.ROOT, "%s: longest %.3f s, %d steps replayed%n", what, worst, replayed);
    }

    private static long longest(SnapshotSource source, long from, long to) throws IOException {
        long longest = 0;
        for (long step = from; step <= to; step++) {
            longest = Math.max(longest, step - source.steps().headSet(step + 1).last());
        }
        return longest;
    }
}
