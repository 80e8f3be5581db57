package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotBufferTest {
    private static Trainer trained(SnapshotBuffer ring, long until) throws IOException {
        Trainer trainer = Trainer.fresh(Recipe.parse("""
                name: small
                data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
                model: [dense: {units: 3}]
                optimizer: {rule: adam, learning-rate: 0.01}
                evaluate: {every: 4}
                """, "small"), DataFolders.of());
        trainer.remember(ring);
        trainer.trainTo(until);
        return trainer;
    }

    private static Long[] steps(long... steps) {
        return LongStream.of(steps).boxed().toArray(Long[]::new);
    }

    @Test
    void aRingKeepsTheLastStatesAtItsSteps() throws IOException {
        SnapshotBuffer ring = SnapshotBuffer.of(3);
        trained(ring, 10).close();
        assertThat(ring.steps()).containsExactly(steps(7, 8, 9));
        SnapshotBuffer fives = SnapshotBuffer.of(3).every(5);
        trained(fives, 31).close();
        assertThat(fives.steps()).containsExactly(steps(20, 25, 30));
    }

    @Test
    void theMemoryOfAStateThatWentIsUsedAgain() throws IOException {
        SnapshotBuffer ring = SnapshotBuffer.of(4);
        try (Trainer trainer = trained(ring, 4)) {
            long full = ring.bytes();
            trainer.trainTo(40);
            assertThat(ring.bytes()).isEqualTo(full);
            ring.forget();
            assertThat(ring.steps()).isEmpty();
            trainer.trainTo(60);
            assertThat(ring.bytes()).isEqualTo(full);
        }
    }

    @Test
    void aBudgetOfBytesIsKeptAndOneThatIsTooSmallIsRefused() throws IOException {
        SnapshotBuffer one = SnapshotBuffer.of(2);
        trained(one, 1).close();
        long bytes = one.bytes();
        SnapshotBuffer three = SnapshotBuffer.of(50).within(3 * bytes + bytes / 2);
        trained(three, 30).close();
        assertThat(three.steps()).containsExactly(steps(27, 28, 29));
        assertThat(three.bytes()).isEqualTo(3 * bytes);
        assertThatThrownBy(() -> trained(SnapshotBuffer.of(2).within(bytes - 1), 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(Long.toString(bytes), Long.toString(bytes - 1));
        assertThatThrownBy(() -> SnapshotBuffer.of(1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 2");
        assertThatThrownBy(() -> SnapshotBuffer.of(2).every(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> SnapshotBuffer.of(2).within(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 bytes");
    }

    /** However long the training, the way to a step that is a steps ago is less than {@code factor * a}: the table of {@link EvictionPolicy}. */
    @ParameterizedTest
    @CsvSource({"8, 16", "12, 4.3", "20, 1.5", "40, 0.6"})
    void aThinnedRingKeepsTheWayShortInProportionToTheAge(int most, double factor) {
        SortedSet<Long> kept = new TreeSet<>();
        double worst = 0;
        for (long newest = 0; newest < 20_000; newest++) {
            kept.add(newest);
            if (kept.size() > most) {
                kept.remove(EvictionPolicy.LOGARITHMIC.goes(kept));
            }
            assertThat(kept.size()).isLessThanOrEqualTo(most);
            assertThat(kept.first()).isZero();
            assertThat(kept.last()).isEqualTo(newest);
            long before = 0;
            for (long mark : kept) {
                // The step before a bookmark is the farthest from the bookmark before it.
                worst = Math.max(worst, (mark - 1.0 - before) / (newest - mark + 1));
                before = mark;
            }
        }
        assertThat(worst).isLessThan(factor);
    }
}
