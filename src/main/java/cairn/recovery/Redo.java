package cairn.recovery;

/** Makes an update again, from the state before it. */
@FunctionalInterface
public interface Redo {

    /** Makes the update after {@code step} updates with learning rate {@code rate}; returns the loss of its batch. */
    double update(long step, double rate);
}
