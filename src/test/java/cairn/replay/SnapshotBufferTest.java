package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotBufferTest {
    private static Trainer trainer() throws IOException {
        Recipe recipe = Recipe.parse("""
                name: small
                data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
                model: [dense: {units: 3}]
                optimizer: {rule: adam, learning-rate: 0.01}
                evaluate: {every: 4}
                """, "small");
        return Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.of()));
    }

    private static void train(SnapshotBuffer buffer, long until) throws IOException {
        try (Trainer trainer = trainer()) {
            Replay.of(trainer, buffer).trainTo(until);
        }
    }

    private static Long[] steps(long... steps) {
        return LongStream.of(steps).boxed().toArray(Long[]::new);
    }

    @Test
    void aBufferKeepsTheLastStatesAtItsSteps() throws IOException {
        SnapshotBuffer every = SnapshotBuffer.of(3);
        train(every, 10);
        assertThat(every.steps()).containsExactly(steps(8, 9, 10));
        SnapshotBuffer fives = SnapshotBuffer.of(3).every(5);
        train(fives, 31);
        assertThat(fives.steps()).containsExactly(steps(20, 25, 30));
    }

    @Test
    void theMemoryOfAnEvictedSnapshotIsReused() throws IOException {
        SnapshotBuffer buffer = SnapshotBuffer.of(4);
        try (Trainer trainer = trainer()) {
            Replay replay = Replay.of(trainer, buffer);
            replay.trainTo(4);
            long full = buffer.bytes();
            replay.trainTo(40);
            assertThat(buffer.bytes()).isEqualTo(full);
            buffer.forget();
            assertThat(buffer.steps()).isEmpty();
            replay.trainTo(60);
            assertThat(buffer.bytes()).isEqualTo(full);
        }
    }

    @Test
    void aLimitOfBytesIsKeptAndOneThatIsTooSmallIsRefused() throws IOException {
        SnapshotBuffer two = SnapshotBuffer.of(2);
        train(two, 1);
        long bytes = two.bytes() / 2;
        SnapshotBuffer three = SnapshotBuffer.of(50).within(3 * bytes + bytes / 2);
        train(three, 30);
        assertThat(three.steps()).containsExactly(steps(28, 29, 30));
        assertThat(three.bytes()).isEqualTo(3 * bytes);
        assertThatThrownBy(() -> train(SnapshotBuffer.of(2).within(bytes - 1), 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(Long.toString(bytes), Long.toString(bytes - 1));
        assertThatThrownBy(() -> SnapshotBuffer.of(1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 2");
        assertThatThrownBy(() -> SnapshotBuffer.of(2).every(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> SnapshotBuffer.of(2).within(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bytes");
    }

    /** To reach a step that is a steps ago, fewer than {@code factor * a} steps are replayed: the table of {@link EvictionPolicy}. */
    @ParameterizedTest
    @CsvSource({"8, 16", "12, 4.3", "20, 1.5", "40, 0.6"})
    void theReplayWithAThinnedBufferIsShortInProportionToTheAge(int most, double factor) {
        SortedSet<Long> kept = new TreeSet<>();
        double worst = 0;
        for (long newest = 0; newest < 20_000; newest++) {
            kept.add(newest);
            if (kept.size() > most) {
                kept.remove(EvictionPolicy.LOGARITHMIC.evict(kept));
            }
            assertThat(kept.size()).isLessThanOrEqualTo(most);
            assertThat(kept.first()).isZero();
            assertThat(kept.last()).isEqualTo(newest);
            long before = 0;
            for (long snapshot : kept) {
                // The step before a snapshot is the farthest from the snapshot before it.
                worst = Math.max(worst, (snapshot - 1.0 - before) / (newest - snapshot + 1));
                before = snapshot;
            }
        }
        assertThat(worst).isLessThan(factor);
    }
}
