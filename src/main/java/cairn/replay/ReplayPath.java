package cairn.replay;

/**
 * The way to a step: a snapshot that is restored, and the updates that are made again after it.
 *
 * @param source what the snapshot is: the name of a {@link SnapshotSource}
 * @param from the step of the snapshot
 * @param to the step to reach
 */
public record ReplayPath(String source, long from, long to) {

    /** How many updates are made again. */
    public long replayed() {
        return to - from;
    }
}
