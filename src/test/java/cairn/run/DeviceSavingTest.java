package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.audit.CompletenessAudit;
import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.ShadowState;
import cairn.tensor.device.Backend;
import cairn.tensor.device.NativeMemory;
import cairn.tensor.device.TransferCounters;
import cairn.train.MemoryNeed;
import cairn.train.Trainer;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Saving while the arrays are on a device. */
@Tag("device")
class DeviceSavingTest {
    private static final RetentionPolicy ALL = RetentionPolicy.parse("all", Ranking.min("loss"));
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
            model: [dense: {units: 40}, batch-norm, relu, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.01}
            average: {decay: 0.9}
            evaluate: {every: 4}
            recovery: {back: 5, spike: {window: 8}}
            """, "small");

    @BeforeEach
    void onADevice() {
        assumeTrue(Backend.isDevice(), "arrays are in the memory of the host");
    }

    /** A store in which each commit waits for a permit. */
    private static final class SlowStore {
        private final InMemoryStore store = new InMemoryStore();
        private final CountDownLatch reached = new CountDownLatch(1);
        private final Semaphore permits = new Semaphore(0);

        CheckpointStore proxy() {
            return (CheckpointStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CheckpointStore.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("commit")) {
                            reached.countDown();
                            permits.acquire();
                        }
                        try {
                            return method.invoke(store, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    /** The first save is being written, and the second is not yet fetched from the device. Training goes on meanwhile. */
    @Test
    void theStoredStateIsTheStateAtTheCallAndTrainingWaitsForNoCopyToTheHost() throws Exception {
        SlowStore slow = new SlowStore();
        String first;
        String second;
        try (Trainer trainer = Trainer.fresh(RECIPE); BackgroundSaver saver = new BackgroundSaver(slow.proxy(), ALL, System::nanoTime)) {
            try {
                trainer.trainTo(11);
                first = trainer.snapshot().digest();
                saver.save(trainer.position(), trainer, Map.of(), Map.of());
                slow.reached.await();
                trainer.trainTo(23);
                second = trainer.snapshot().digest();
                TransferCounters before = TransferCounters.now();
                saver.save(trainer.position(), trainer, Map.of(), Map.of());
                TransferCounters transfers = TransferCounters.now().since(before);
                assertThat(transfers.reads()).as("copies to the host that training waited for").isZero();
                assertThat(transfers.writes()).isZero();
                trainer.trainTo(60);
            } finally {
                slow.permits.release(100);
            }
            saver.drain();
            assertThat(slow.store.read(11).state().digest()).isEqualTo(first);
            assertThat(slow.store.read(23).state().digest()).isEqualTo(second).isNotEqualTo(first);
            for (int step = 61; step < 90; step++) {
                trainer.trainTo(step);
                String digest = trainer.snapshot().digest();
                saver.save(trainer.position(), trainer, Map.of(), Map.of());
                trainer.trainTo(step + 1);
                saver.drain();
                assertThat(slow.store.read(step).state().digest()).isEqualTo(digest);
            }
        }
    }

    /** The second use of a buffer allocates nothing. */
    @Test
    void buffersAreAllocatedOnce() throws Exception {
        InMemoryStore store = new InMemoryStore();
        try (Trainer trainer = Trainer.fresh(RECIPE); BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime)) {
            for (int step = 1; step <= 2; step++) {
                trainer.trainTo(step);
                saver.save(trainer.position(), trainer, Map.of(), Map.of());
                saver.drain();
            }
            trainer.trainTo(3);
            TransferCounters before = TransferCounters.now();
            saver.save(trainer.position(), trainer, Map.of(), Map.of());
            saver.drain();
            assertThat(TransferCounters.now().since(before).arrays()).isZero();
        }
    }

    /**
     * Flat vectors are read and written, not tensors: weights, statistics, moments, averages, and the two earlier states of each.
     */
    @Test
    void aStateNeedsOneCopyForEachVector() throws IOException {
        try (Trainer trainer = Trainer.fresh(RECIPE); Trainer other = Trainer.fresh(RECIPE)) {
            trainer.trainTo(7);
            long tensors = trainer.snapshot().entries().values().stream().filter(Value.Tensor.class::isInstance).count();
            TransferCounters before = TransferCounters.now();
            State state = trainer.snapshot();
            TransferCounters capture = TransferCounters.now().since(before);
            before = TransferCounters.now();
            other.restore(state);
            TransferCounters restore = TransferCounters.now().since(before);
            assertThat(other.snapshot()).isEqualTo(state);
            long vectors = 3 * 5;
            assertThat(tensors).isGreaterThan(2 * vectors);
            assertThat(capture.reads()).isEqualTo(vectors);
            assertThat(restore.writes()).isEqualTo(vectors);
            assertThat(restore.writtenBytes()).isEqualTo(capture.readBytes());
        }
    }

    /** The copies of the state on the device are counted before they are made. */
    @Test
    void theCopiesNeedTheComputedMemory() throws IOException {
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            Set<NativeMemory> copy = new HashSet<>(CompletenessAudit.of(new ShadowState(trainer)).memory());
            copy.removeAll(CompletenessAudit.of(trainer).memory());
            double bytes = copy.stream().mapToLong(NativeMemory::bytes).sum();
            assertThat(trainer.memory().kept() / bytes).isCloseTo(MemoryNeed.SAVES, within(0.01));
        }
    }

    /** A closed saver uses no memory of the device, even before the garbage collector has run. */
    @Test
    void closingFreesTheCopies() throws IOException {
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            SnapshotStaging staging = new SnapshotStaging();
            Supplier<State> taken = staging.take(trainer);
            assertThat(taken.get()).isEqualTo(trainer.snapshot());
            staging.release();
            assertThatThrownBy(taken::get).as("memory that was freed").isInstanceOf(RuntimeException.class);
            assertThat(staging.take(trainer).get()).as("used again").isEqualTo(trainer.snapshot());
            InMemoryStore store = new InMemoryStore();
            BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime);
            saver.save(trainer.position(), trainer, Map.of(), Map.of());
            saver.close();
            assertThat(store.read(0).state()).as("the stored state stays").isEqualTo(trainer.snapshot());
        }
    }

    /** If fetching the state fails in the background, the save has failed. It is reported, and the buffer is free for the next save. */
    @Test
    void aStateThatCannotBeFetchedIsAFailedSave() throws Exception {
        InMemoryStore store = new InMemoryStore();
        Snapshottable sound = s -> s.integer("one", () -> 1, v -> { });
        Snapshottable unsound = s -> {
            sound.slots(s);
            sound.slots(s);
        };
        try (BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime)) {
            for (int step = 1; step <= 2 * MemoryNeed.SAVES; step++) {
                saver.save(new Position(step, 10), unsound, Map.of(), Map.of());
                BackgroundSaver.Outcome outcome = saver.drain();
                assertThat(outcome.done()).isEmpty();
                assertThat(outcome.failed()).hasSize(1).noneMatch(BackgroundSaver.Failed::isSaved);
                assertThatThrownBy(() -> outcome.failed().get(0).asException()).hasMessageContaining("'one' is declared twice");
            }
            saver.save(new Position(9, 10), sound, Map.of(), Map.of());
            assertThat(saver.drain().done()).extracting(d -> d.position().step()).containsExactly(9L);
        }
        assertThat(store.steps()).containsExactly(9L);
    }
}
