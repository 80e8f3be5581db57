package cairn.run;

import cairn.checkpoint.format.CheckpointInfo;
import java.io.IOException;
import java.util.Optional;

/** Receives the events of a training. It cannot change the training. */
@FunctionalInterface
public interface Observer {
    void on(Event event);

    /**
     * A checkpoint is on the disk, and no older one is deleted yet. It is called by the thread that has written the checkpoint, so
     * {@link Event.Saved} follows later.
     */
    default void committed(CheckpointInfo checkpoint) {
    }

    /** Why something of what this observer should record could not be written since the last call; empty if everything could. */
    default Optional<IOException> failure() {
        return Optional.empty();
    }
}
