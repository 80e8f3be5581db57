package cairn.recovery;

/** Makes an update once more, from the state of the step before it. */
@FunctionalInterface
public interface Redo {

    /** Makes the update that follows {@code step} updates, with learning rate {@code rate}; returns the loss of its batch. */
    double update(long step, double rate);
}
