package cairn.replay;

/**
 * How a step is reached: a snapshot is restored, and the updates after it are made again.
 *
 * @param source the name of the {@link SnapshotSource} of the snapshot
 * @param from the step of the snapshot
 * @param to the step to reach
 */
public record ReplayPath(String source, long from, long to) {

    /** The number of updates that are made again. */
    public long replayed() {
        return to - from;
    }
}
