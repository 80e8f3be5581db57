package cairn.checkpoint.format;

import cairn.state.State;
import cairn.state.StatePath;
import cairn.state.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A state at a step, and what should be known about it without reading it.
 *
 * @param step how many steps were done; the checkpoint's name in its store
 * @param state everything the future depends on
 * @param facts texts about it, in order, such as where and from what it was made; they change nothing. One of them, {@code finite}, is
 *     the store's own: it is computed at the commit, whatever is given here
 * @param metrics named numbers by which checkpoints are compared
 */
public record Checkpoint(long step, State state, Map<String, String> facts, Map<String, Double> metrics) {

    public Checkpoint {
        if (step < 0) {
            throw new IllegalArgumentException("a step is not negative: " + step);
        }
        Objects.requireNonNull(state, "state");
        facts = ordered("fact", facts);
        facts.values().forEach(Value.Text::new);
        metrics = ordered("metric", metrics);
    }

    /** A checkpoint with no facts and no metrics. */
    public static Checkpoint of(long step, State state) {
        return new Checkpoint(step, state, Map.of(), Map.of());
    }

    /** This step, its facts and metrics with {@code other} as its state. */
    public Checkpoint with(State other) {
        return new Checkpoint(step, other, facts, metrics);
    }

    /** An unmodifiable copy of {@code map} in its order, with the names checked. */
    public static <V> Map<String, V> ordered(String what, Map<String, V> map) {
        Map<String, V> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (!StatePath.isPath(name)) {
                throw new IllegalArgumentException("'" + name + "' is no name for a " + what
                        + ": expected segments of a-z 0-9 . _ - joined by /");
            }
            copy.put(name, Objects.requireNonNull(value, name));
        });
        return Collections.unmodifiableMap(copy);
    }
}
