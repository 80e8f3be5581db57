package cairn.checkpoint;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the head of a checkpoint's file says, without its tensors.
 *
 * @param step the step it was made at
 * @param fileName its name in its folder
 * @param bytes the size of its file
 * @param digest the digest of its state
 * @param facts texts about it
 * @param metrics numbers to compare it by
 * @param pinned whether somebody asked that it be kept
 */
public record CheckpointInfo(long step, String fileName, long bytes, String digest, Map<String, String> facts,
        Map<String, Double> metrics, boolean pinned) {

    static CheckpointInfo of(Header header, long bytes) {
        return new CheckpointInfo(header.step(), StepNames.checkpoint(header.step()), bytes, header.digest(),
                header.facts(), header.metrics(), false);
    }

    CheckpointInfo pinned(boolean isPinned) {
        return new CheckpointInfo(step, fileName, bytes, digest, facts, metrics, isPinned);
    }

    /** The number under {@code name}, if it was recorded. */
    public OptionalDouble metric(String name) {
        Double value = metrics.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
