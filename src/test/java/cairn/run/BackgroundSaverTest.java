package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.recipe.Position;
import cairn.state.CaptureBuffers;
import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class BackgroundSaverTest {
    private static final RetentionPolicy ALL = RetentionPolicy.parse("all", Ranking.min("loss"));

    /** A training of sixteen bytes. */
    private static final class Changing implements Snapshottable {
        private final byte[] bytes = new byte[16];

        void change(int to) {
            java.util.Arrays.fill(bytes, (byte) to);
        }

        @Override
        public void slots(Slots s) {
            s.tensor("bytes", ElementType.U8, new long[] {16}, new Slots.TensorAccess() {
                @Override
                public void copyTo(ByteBuffer target) {
                    target.put(bytes);
                }

                @Override
                public void copyFrom(ByteBuffer source) {
                    source.get(bytes);
                }
            });
        }
    }

    /** Field bug 38: the stored state is the state at the call, whatever changes right after it. */
    @Test
    void theStoredStateIsTheStateAtTheCall() throws IOException {
        InMemoryStore store = new InMemoryStore();
        Changing training = new Changing();
        List<String> digests = new ArrayList<>();
        try (BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime)) {
            for (int step = 0; step < 50; step++) {
                training.change(step);
                digests.add(State.of(training).digest());
                saver.save(new Position(step, 10), training, Map.of(), Map.of());
                training.change(200);
            }
            saver.drain();
        }
        for (int step = 0; step < 50; step++) {
            assertThat(store.read(step).state().digest()).isEqualTo(digests.get(step));
        }
    }

    /** Field bug 39: closing waits for the current save and for the waiting one. */
    @Test
    void closingWaitsForEverySave() throws IOException {
        InMemoryStore store = new InMemoryStore();
        Changing training = new Changing();
        try (BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime)) {
            saver.save(new Position(1, 10), training, Map.of(), Map.of());
            saver.save(new Position(2, 10), training, Map.of(), Map.of());
        }
        assertThat(store.steps()).containsExactly(1L, 2L);
    }

    /** Field bugs 34 and 35: a failed save is reported, and its step is not listed. */
    @Test
    void aFailureIsReportedAndNotListed() throws IOException {
        InMemoryStore store = new InMemoryStore();
        Changing training = new Changing();
        training.change(1);
        store.commit(Checkpoint.of(5, State.of(training)));
        training.change(2);
        try (BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime)) {
            // The store refuses another state for the same step.
            saver.save(new Position(5, 10), training, Map.of(), Map.of());
            BackgroundSaver.Outcome outcome = saver.drain();
            assertThat(outcome.done()).isEmpty();
            assertThat(outcome.failed()).hasSize(1);
            assertThatThrownBy(() -> outcome.failed().get(0).asException()).hasMessageContaining("deterministic");
            assertThat(store.list()).extracting(CheckpointInfo::step).containsExactly(5L);
        }
    }

    /** The checkpoint exists, so it is reported as saved; the failed deletion is reported too. */
    @Test
    void aFailureToDeleteOlderCheckpointsIsNoFailureToSave() throws IOException {
        InMemoryStore store = new InMemoryStore();
        Changing training = new Changing();
        store.commit(Checkpoint.of(1, State.of(training)));
        RetentionPolicy newest = RetentionPolicy.parse("last:1", Ranking.min("loss"));
        CheckpointStore cannotDelete = (CheckpointStore) java.lang.reflect.Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {CheckpointStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prune")) {
                        throw new IOException("read-only");
                    }
                    return method.invoke(store, arguments);
                });
        try (BackgroundSaver saver = new BackgroundSaver(cannotDelete, newest, System::nanoTime)) {
            saver.save(new Position(2, 10), training, Map.of(), Map.of());
            BackgroundSaver.Outcome outcome = saver.drain();
            assertThat(outcome.done()).extracting(d -> d.checkpoint().step()).containsExactly(2L);
            assertThat(outcome.failed()).hasSize(1);
            assertThat(outcome.failed().get(0).asException()).hasMessageContaining("the checkpoint of step 2 is saved")
                    .hasMessageContaining("could not be deleted: read-only").hasMessageNotContaining("could not be saved");
        }
        assertThat(store.steps()).containsExactly(1L, 2L);
    }

    @Test
    void aFailureThatWasNotReportedIsThrownByClose() {
        InMemoryStore store = new InMemoryStore();
        Changing training = new Changing();
        assertThatThrownBy(() -> {
            try (BackgroundSaver saver = new BackgroundSaver(store, ALL, System::nanoTime)) {
                saver.save(new Position(5, 10), training, Map.of(), Map.of());
                training.change(7);
                saver.save(new Position(5, 10), training, Map.of(), Map.of());
            }
        }).hasMessageContaining("deterministic");
    }

    @Test
    void buffersAreReused() {
        Changing training = new Changing();
        CaptureBuffers buffers = new CaptureBuffers();
        training.change(1);
        State first = buffers.capture(training);
        State kept = first.copy();
        String digest = first.digest();
        training.change(2);
        State second = buffers.capture(training);
        assertThat(buffers.bytes()).isEqualTo(16);
        assertThat(kept.digest()).isEqualTo(digest).isNotEqualTo(second.digest());
    }
}
