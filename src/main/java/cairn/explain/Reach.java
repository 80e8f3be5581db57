package cairn.explain;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.SortedSet;

/**
 * Which steps can be reached at what cost.
 *
 * @param stored the steps of the checkpoints
 * @param fromZero whether the recipe alone defines step 0
 * @param most the most steps that may be made again
 */
record Reach(SortedSet<Long> stored, boolean fromZero, long most) {

    /** The nearest step before or at {@code step} that needs no computing. */
    private OptionalLong before(long step) {
        SortedSet<Long> head = stored.headSet(step + 1);
        return !head.isEmpty() ? OptionalLong.of(head.last()) : fromZero && step >= 0 ? OptionalLong.of(0) : OptionalLong.empty();
    }

    /** How many steps must be made again to reach a step; empty if it cannot be reached. */
    OptionalLong cost(long step) {
        OptionalLong from = before(step);
        return from.isPresent() ? OptionalLong.of(step - from.getAsLong()) : OptionalLong.empty();
    }

    boolean isNear(long step) {
        OptionalLong cost = cost(step);
        return cost.isPresent() && cost.getAsLong() <= most;
    }

    /** {@code step} if it is near, otherwise the nearest step before it that is stored; empty if there is none. */
    OptionalLong nearest(long step) {
        return isNear(step) ? OptionalLong.of(step) : before(step);
    }

    /** {@code step} if it is near, otherwise the stored step that is nearest to it, before or after it; the later one of two. */
    OptionalLong around(long step) {
        return isNear(step) ? OptionalLong.of(step) : stored.stream().mapToLong(Long::longValue).filter(s -> s > 0).boxed()
                .min(Comparator.comparingLong((Long s) -> Math.abs(s - step)).thenComparing(Comparator.reverseOrder()))
                .map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** The first step that can be reached. */
    OptionalLong oldest() {
        return fromZero ? OptionalLong.of(0) : stored.isEmpty() ? OptionalLong.empty() : OptionalLong.of(stored.first());
    }
}
