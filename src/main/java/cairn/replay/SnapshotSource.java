package cairn.replay;

import cairn.checkpoint.CheckpointStore;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;

/** States of one training, by step, from which its other states are reached: a {@link SnapshotBuffer} in memory, a store, the beginning. */
public interface SnapshotSource {

    /** The steps at which there is a state. */
    SortedSet<Long> steps() throws IOException;

    /**
     * Takes {@code trainer} to the state of a step.
     *
     * @throws cairn.checkpoint.format.DamagedCheckpointException if that state cannot be used; another one may
     */
    void restore(long step, Trainer trainer) throws IOException;

    /** What these are, for messages. */
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
                store.read(step).state().into(trainer);
            }

            @Override
            public String name() {
                return "checkpoint";
            }
        };
    }

    /** Step 0, which is a pure function of the recipe; not for a training that began with a state from somewhere else. */
    static SnapshotSource beginning() {
        return new SnapshotSource() {
            @Override
            public SortedSet<Long> steps() {
                return new TreeSet<>(java.util.Set.of(0L));
            }

            @Override
            public void restore(long step, Trainer trainer) {
                trainer.initial().into(trainer);
            }

            @Override
            public String name() {
                return "beginning";
            }
        };
    }

    /** Where a training stands. */
    static SnapshotSource here(Trainer trainer) {
        return new SnapshotSource() {
            @Override
            public SortedSet<Long> steps() {
                return new TreeSet<>(java.util.Set.of(trainer.position().step()));
            }

            @Override
            public void restore(long step, Trainer same) {
                // It stands there.
            }

            @Override
            public String name() {
                return "here";
            }
        };
    }
}
