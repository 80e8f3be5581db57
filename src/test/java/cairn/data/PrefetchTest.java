package cairn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.random.Key;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PrefetchTest {

    /** Field bug 7: what counts is what was consumed; resuming after any step gives exactly the rest, for every depth. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void everyStepIsExactAndResumingCountsConsumedBatchesOnly(int depth) {
        for (int stop = 0; stop < 12; stop++) {
            try (Prefetch first = new Prefetch(source(), depth); Prefetch second = new Prefetch(source(), depth)) {
                long consumed = 0;
                while (consumed < stop) {
                    assertThat(Samples.same(first.at(consumed), source().at(consumed))).isTrue();
                    consumed++;
                }
                for (long step = consumed; step < consumed + 12; step++) {
                    assertThat(Samples.same(second.at(step), source().at(step))).isTrue();
                }
            }
        }
    }

    /** Field bug 3, with batches under way: extra draws change nothing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void drawsElsewhereChangeNothing(int depth) {
        Key key = Key.of(13);
        try (Prefetch prefetch = new Prefetch(source(), depth)) {
            for (int step = 0; step < 20; step++) {
                key.fold("data").fold(step).permutation(50);
                assertThat(Samples.same(prefetch.at(step), source().at(step))).isTrue();
            }
        }
    }

    /** Jumps forth, back and to the same step again, as a roll-back makes them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 8})
    void aJumpGivesTheStepThatWasAskedFor(int depth) {
        Batches reference = source();
        for (int run = 0; run < 20; run++) {
            Key chance = Key.of(depth).fold(run);
            try (Prefetch prefetch = new Prefetch(source(), depth)) {
                long step = 0;
                for (int i = 0; i < 60; i++) {
                    assertThat(Samples.same(prefetch.at(step), reference.at(step))).isTrue();
                    int choice = chance.below(10, i);
                    step = choice < 6 ? step + 1 : choice == 6 ? step : choice == 7 ? step + 3 : chance.below(1000, 1000 + i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void noMoreThanARingOfBatchesIsEverAllocated(int depth) {
        Set<Batch> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        try (Prefetch prefetch = new Prefetch(source(), depth)) {
            for (int step = 0; step < 200; step++) {
                distinct.add(prefetch.at(step % 50 == 0 ? step + 1000 : step));
            }
        }
        assertThat(distinct).hasSizeLessThanOrEqualTo(depth + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void aBatchStaysAsItIsUntilTheNextOneIsAskedFor(int depth) throws InterruptedException {
        AtomicInteger reads = new AtomicInteger();
        Table rows = Samples.counting(40);
        try (Prefetch prefetch = new Prefetch(Batches.shuffled(new Watched(rows, r -> reads.incrementAndGet()), 4, Key.of(3)), depth)) {
            Batch batch = prefetch.at(0);
            // Until all that may be prepared is prepared: features and labels of 1 + depth batches of 4.
            while (reads.get() < (1 + depth) * 8) {
                Thread.sleep(1);
            }
            assertThat(Samples.same(batch, Batches.shuffled(rows, 4, Key.of(3)).at(0))).isTrue();
        }
    }

    @Test
    void theNextBatchesAreReallyPreparedBeforeTheyAreAskedFor() throws InterruptedException {
        CountDownLatch threeBatches = new CountDownLatch(3 * 8);
        try (Prefetch prefetch = new Prefetch(Batches.shuffled(new Watched(Samples.counting(40), r -> threeBatches.countDown()), 4,
                Key.of(3)), 2)) {
            prefetch.at(0);
            threeBatches.await();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void aFailureIsThrownForItsStepAndAskingAgainTriesAgain(int depth) {
        AtomicBoolean broken = new AtomicBoolean(true);
        Table rows = Samples.counting(40);
        int poisoned = Batches.shuffled(rows, 4, Key.of(3)).at(5).rows()[2];
        DataSet failing = new Watched(rows, row -> {
            if (row == poisoned && broken.get()) {
                throw new IllegalStateException("row " + row + " is unreadable");
            }
        });
        try (Prefetch prefetch = new Prefetch(Batches.shuffled(failing, 4, Key.of(3)), depth)) {
            for (int step = 0; step < 5; step++) {
                assertThat(prefetch.at(step).step()).isEqualTo(step);
            }
            assertThatIllegalStateException().isThrownBy(() -> prefetch.at(5)).withMessage("row " + poisoned + " is unreadable");
            assertThat(Samples.same(prefetch.at(6), Batches.shuffled(rows, 4, Key.of(3)).at(6))).isTrue();
            broken.set(false);
            assertThat(Samples.same(prefetch.at(5), Batches.shuffled(rows, 4, Key.of(3)).at(5))).isTrue();
            assertThatIllegalArgumentException().isThrownBy(() -> prefetch.at(-1)).withMessageContaining("-1");
        }
    }

    @Test
    void anErrorInTheBackgroundIsNotSwallowed() {
        DataSet failing = new Watched(Samples.counting(40), row -> {
            throw new AssertionError("broken");
        });
        try (Prefetch prefetch = new Prefetch(Batches.shuffled(failing, 4, Key.of(3)), 2)) {
            assertThatThrownBy(() -> prefetch.at(0)).isInstanceOf(AssertionError.class).hasMessage("broken");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void closingEndsTheThreadAndMayBeRepeated(int depth) {
        Rows rows = new Rows("to be closed", Samples.counting(31), new int[] {1, 2, 3, 4, 5});
        Prefetch prefetch = new Prefetch(Batches.shuffled(rows, 4, Key.of(77)), depth);
        prefetch.at(3);
        prefetch.close();
        prefetch.close();
        assertThatIllegalStateException().isThrownBy(() -> prefetch.at(4)).withMessageContaining("closed");
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().equals("prefetch to be closed"));
    }

    @Test
    void anInterruptIsKeptAndTheBatchStillComes() {
        try (Prefetch prefetch = new Prefetch(source(), 2)) {
            Thread.currentThread().interrupt();
            assertThat(Samples.same(prefetch.at(0), source().at(0))).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aNegativeDepthIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Prefetch(source(), -1)).withMessageContaining("-1");
    }

    private static Batches source() {
        return Batches.shuffled(Samples.images(31, 4, 4, 2), 4, Key.of(13)).normalized(Normalization.scale())
                .augmented(new Augmentation(1, true));
    }
}
