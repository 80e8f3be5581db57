package cairn.checkpoint.format;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the head of a checkpoint's file says, without its tensors.
 *
 * @param version the version of the format of its file
 * @param step the step it was made at
 * @param fileName its name in its folder
 * @param bytes the size of its file
 * @param digest the digest of its state, by the rule of that version
 * @param facts texts about it
 * @param metrics numbers to compare it by
 * @param pinned whether the user asked to keep it
 */
public record CheckpointInfo(int version, long step, String fileName, long bytes, String digest, Map<String, String> facts,
        Map<String, Double> metrics, boolean pinned) {

    /** The fact that says when it was made: milliseconds since 1970, recorded by the caller, who has a clock. */
    public static final String TIME = "time";
    /** The fact that names the run which made it, by the run's identity. */
    public static final String RUN = "run";
    /** The fact that a store adds by itself, {@code false} if weights or running statistics hold a NaN or an infinity. */
    public static final String FINITE = "finite";

    public static CheckpointInfo of(Header header, long bytes) {
        return new CheckpointInfo(header.version(), header.step(), StepNames.checkpoint(header.step()), bytes, header.digest(),
                header.facts(), header.metrics(), false);
    }

    public CheckpointInfo pinned(boolean isPinned) {
        return new CheckpointInfo(version, step, fileName, bytes, digest, facts, metrics, isPinned);
    }

    /** Whether all weights, averaged weights and running statistics are finite; if not, nothing can be predicted with it. */
    public boolean isFinite() {
        return !"false".equals(facts.get(FINITE));
    }

    /** When it was made, in milliseconds since 1970, if its facts say so. */
    public OptionalLong timeMillis() {
        try {
            return facts.containsKey(TIME) ? OptionalLong.of(Long.parseLong(facts.get(TIME))) : OptionalLong.empty();
        } catch (NumberFormatException notATime) {
            return OptionalLong.empty();
        }
    }

    /** The number under {@code name}, if it was recorded. */
    public OptionalDouble metric(String name) {
        Double value = metrics.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
