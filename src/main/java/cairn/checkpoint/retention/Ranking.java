package cairn.checkpoint.retention;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

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
     * The best {@code count}, the best first. Among equals the earlier is better; one that lacks the number, has NaN there, or whose state
     * is not finite, has no place.
     */
    List<CheckpointInfo> best(List<CheckpointInfo> all, int count) {
        // The worst of the best first, so that it can be replaced.
        PriorityQueue<Ranked> best = new PriorityQueue<>(Comparator.reverseOrder());
        for (CheckpointInfo c : all) {
            ranked(c).ifPresent(best::add);
            if (best.size() > count) {
                best.remove();
            }
        }
        return best.stream().sorted().map(Ranked::checkpoint).toList();
    }

    /** Its place in the order; empty if it has none. */
    Optional<Ranked> ranked(CheckpointInfo c) {
        double value = c.isFinite() ? c.metric(metric).orElse(Double.NaN) + 0.0 : Double.NaN;
        return Double.isNaN(value) ? Optional.empty() : Optional.of(new Ranked(c, direction == Direction.MIN ? value : 0.0 - value));
    }

    /** A checkpoint, and the number that is the smaller the better it is. */
    record Ranked(CheckpointInfo checkpoint, double value) implements Comparable<Ranked> {
        @Override
        public int compareTo(Ranked other) {
            int byValue = Double.compare(value, other.value);
            return byValue != 0 ? byValue : Long.compare(checkpoint.step(), other.checkpoint.step());
        }
    }

    /** The best of all, if any can be ranked. */
    public Optional<CheckpointInfo> best(List<CheckpointInfo> all) {
        return best(all, 1).stream().findFirst();
    }

    /** As {@link RetentionPolicy} reads it: {@code min:score}. */
    @Override
    public String toString() {
        return direction.name().toLowerCase(java.util.Locale.ROOT) + ":" + metric;
    }
}
