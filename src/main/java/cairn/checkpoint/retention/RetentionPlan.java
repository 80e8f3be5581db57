package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a {@link RetentionPolicy} makes of a list, and why: a value to look at before anything is deleted.
 *
 * @param kept what stays, in the order of steps
 * @param dropped what would be deleted, in the order of steps
 */
public record RetentionPlan(List<Choice> kept, List<Choice> dropped) {

    /**
     * One checkpoint, and at least one reason why it is kept or dropped.
     *
     * @param checkpoint the checkpoint
     * @param reasons such as {@code newest}, {@code pinned} or {@code last:3}
     */
    public record Choice(CheckpointInfo checkpoint, List<String> reasons) {
        public Choice {
            reasons = List.copyOf(reasons);
        }

        @Override
        public String toString() {
            return "step " + checkpoint.step() + ": " + String.join(", ", reasons);
        }
    }

    public RetentionPlan {
        kept = List.copyOf(kept);
        dropped = List.copyOf(dropped);
    }

    public SortedSet<Long> keptSteps() {
        return kept.stream().map(c -> c.checkpoint().step()).collect(Collectors.toCollection(TreeSet::new));
    }

    public List<CheckpointInfo> droppedCheckpoints() {
        return dropped.stream().map(Choice::checkpoint).toList();
    }

    /** The size of the files that stay. */
    public long keptBytes() {
        return bytes(kept);
    }

    /** The size of the files that would be deleted. */
    public long droppedBytes() {
        return bytes(dropped);
    }

    private static long bytes(List<Choice> choices) {
        return choices.stream().mapToLong(c -> c.checkpoint().bytes()).sum();
    }
}
