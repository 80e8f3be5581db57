package cairn.replay;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.format.LentCheckpoint;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Snapshots of one training, by step: a {@link SnapshotBuffer}, a store, or step 0. A replay begins at one of them. */
public interface SnapshotSource {

    /** The steps that have a snapshot. */
    SortedSet<Long> steps() throws IOException;

    /**
     * Sets the state of {@code trainer} to the snapshot of {@code step}.
     *
     * @throws cairn.checkpoint.format.DamagedCheckpointException if the snapshot is damaged; another one may be sound
     */
    void restore(long step, Trainer trainer) throws IOException;

    /** Its name in messages. */
    String name();

    /** The checkpoints of a store. */
    static SnapshotSource of(CheckpointStore store) {
        return new SnapshotSource() {
            @Override
            public SortedSet<Long> steps() throws IOException {
                return store.steps();
            }

            @Override
            public void restore(long step, Trainer trainer) throws IOException {
                try (LentCheckpoint lent = store.lend(step)) {
                    lent.checkpoint().state().into(trainer);
                } catch (LentCheckpoint.ChangedException changedMeanwhile) {
                    // The trainer has a part of it, and gets another snapshot, or its own state back.
                    throw changedMeanwhile.getCause();
                }
            }

            @Override
            public String name() {
                return "checkpoint";
            }
        };
    }

    /** Step 0, computed from the recipe. Not for a training that began with the state of another training. */
    static SnapshotSource beginning() {
        return new SnapshotSource() {
            @Override
            public SortedSet<Long> steps() {
                return new TreeSet<>(Set.of(0L));
            }

            @Override
            public void restore(long step, Trainer trainer) {
                try (Trainer fresh = Trainer.fresh(trainer.recipe(), trainer.data())) {
                    fresh.snapshot().into(trainer);
                }
            }

            @Override
            public String name() {
                return "beginning";
            }
        };
    }

    /** The current state of {@code trainer}. */
    static SnapshotSource current(Trainer trainer) {
        return new SnapshotSource() {
            @Override
            public SortedSet<Long> steps() {
                return new TreeSet<>(Set.of(trainer.position().step()));
            }

            @Override
            public void restore(long step, Trainer same) {
                // It has this state already.
            }

            @Override
            public String name() {
                return "here";
            }
        };
    }
}
