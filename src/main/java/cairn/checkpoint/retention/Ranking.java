package cairn.checkpoint.retention;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which checkpoint is better: the one with the smaller, or the larger, number under a name. */
public record Ranking(Direction direction, String metric) {

    public enum Direction { MIN, MAX }

    public Ranking {
        Checkpoint.ordered("metric", java.util.Map.of(metric, 0.0));
    }

    public static Ranking min(String metric) {
        return new Ranking(Direction.MIN, metric);
    }

    public static Ranking max(String metric) {
        return new Ranking(Direction.MAX, metric);
    }

    /**
     * The best first. Among equals the earlier is better; one that lacks the number, has NaN there, or whose state is not
     * finite, has no place.
     */
    List<CheckpointInfo> order(List<CheckpointInfo> all) {
        Comparator<CheckpointInfo> smallestFirst = Comparator.comparingDouble(c -> c.metric(metric).orElseThrow() + 0.0);
        return all.stream()
                .filter(c -> c.isFinite() && !Double.isNaN(c.metric(metric).orElse(Double.NaN)))
                .sorted((direction == Direction.MIN ? smallestFirst : smallestFirst.reversed())
                        .thenComparingLong(CheckpointInfo::step))
                .toList();
    }

    /** The best of all, if any can be ranked. */
    public Optional<CheckpointInfo> best(List<CheckpointInfo> all) {
        return order(all).stream().findFirst();
    }

    /** As {@link RetentionPolicy} reads it: {@code min:score}. */
    @Override
    public String toString() {
        return direction.name().toLowerCase(java.util.Locale.ROOT) + ":" + metric;
    }
}
